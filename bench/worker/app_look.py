"""``python -m bench.worker.app_look FD``: what an application is, and which servers are installed beside it.

Reads ``{"target", "folder", "packages"}`` on standard input; writes a line of JSON to FD, with ``app``, the
fields of ``bench.core.service.App``, or with ``failure``, the reason why it cannot be loaded.
"""

import importlib.metadata
import importlib.util
import json
import os
import sys
from dataclasses import asdict
from typing import Any

from bench.core.service import App
from bench.worker.app_loading import NotAnApp, load_app


def main() -> None:
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    asked = json.loads(sys.stdin.readline())
    try:
        answer: dict[str, Any] = {"app": asdict(look(asked["target"], asked["folder"], asked["packages"]))}
    except NotAnApp as error:
        answer = {"failure": str(error)}
    except (Exception, SystemExit) as error:  # whatever a module does as it is imported
        answer = {"failure": f"{type(error).__name__}: {error}"}
    with open(descriptor, "w", encoding="utf-8") as file:
        file.write(f"{json.dumps(answer)}\n")
    os._exit(0)  # an application may have begun threads that would not end


def look(target: str, folder: str, packages: list[str]) -> App:
    """The application. Raises NotAnApp, and whatever its module raises."""
    app, kind, factory = load_app(target, folder)
    versions = {name: version_of(name) for name in packages if importlib.util.find_spec(name)}
    return App(target, folder, kind, factory, framework_of(app), versions)


def framework_of(app: Any) -> str:
    """The class of an application, with the version of its package; "" of a function."""
    kind = type(app)
    package = kind.__module__.partition(".")[0]
    if package in ("builtins", "__main__") or package in sys.stdlib_module_names:
        return ""
    version = version_of(package)
    return f"{kind.__name__} {version}".strip()


def version_of(package: str) -> str:
    """The version of an installed package; "": unknown."""
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""


if __name__ == "__main__":
    main()
