"""``python -m bench.worker.assertion FD``: observes functions for an assertion of the pytest plug-in.

Reads ``{"assertion": name, "path": [...], "calls": [...], "options": {...}}`` on standard input: what is put
on the module search path, and calls as ``Call.packed`` gives them. Writes ``{"found": [...]}`` or
``{"error": "...", "imported": ...}`` to FD as a line of JSON; the calls may print what they like.
"""

import json
import os
import sys

from bench.core.batch import describe
from bench.worker.assertions import observe, unpacked


def main() -> None:
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    asked = json.loads(sys.stdin.readline())
    sys.path.extend(folder for folder in asked["path"] if folder not in sys.path)
    told: dict[str, object]
    imported = False
    try:
        calls = [unpacked(text) for text in asked["calls"]]
        imported = True
        told = {"found": observe(asked["assertion"], calls, asked["options"])}
    except BaseException as error:
        told = {"error": describe(error).reason, "imported": imported}
    with os.fdopen(descriptor, "w") as out:
        out.write(json.dumps(told) + "\n")


if __name__ == "__main__":
    main()
