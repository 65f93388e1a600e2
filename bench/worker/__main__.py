"""``python -m bench.worker RUNNER FD``: reads a request on standard input, writes the answer to FD.

On a descriptor of its own, so that what a task prints cannot spoil it: a line of JSON for each stage that it
comes to, ``{"reached": name}``, then ``{"observation": ...}`` or ``{"failure": {"stage", "reason",
"cause"}}``.
"""

import json
import os
import signal
import sys
from dataclasses import asdict

from bench.core.cell import Cell, Spec
from bench.core.runner import RUNNERS
from bench.worker import gil
from bench.worker.request import DOOR, CellError, Request, observe


def main() -> None:
    runner, descriptor = sys.argv[1], int(sys.argv[2])
    os.set_inheritable(descriptor, False)  # pool processes must not hold it open
    signal.pthread_sigmask(signal.SIG_SETMASK, ())  # a fork server needs its SIGCHLD
    gil.watch()
    RUNNERS.get(runner).prepare()

    line = sys.stdin.readline()
    if not line:  # the parent has gone before it asked for anything
        return
    raw = json.loads(line)
    cell = raw.pop("cell")
    spec = Spec(**cell.pop("spec"))
    DOOR.open(descriptor)
    try:
        DOOR.answer({"observation": asdict(observe(Request(cell=Cell(spec=spec, **cell), **raw)))})
    except CellError as error:
        DOOR.fail(error)
    if is_shipped(spec, runner) and "multiprocessing.util" not in sys.modules:
        # Without the interpreter's teardown, which takes 20 to 300 ms: pymongo's threads look twice a second
        # whether to end. A user's code may need it, and so do multiprocessing's semaphores.
        os._exit(0)


def is_shipped(spec: Spec, runner: str) -> bool:
    """Whether nothing but this package's code has run, unlike under ``bench.core.user_function``."""
    return spec.target.startswith("workloads.") and type(RUNNERS.get(runner)).__module__.startswith("bench.")


if __name__ == "__main__":
    main()
