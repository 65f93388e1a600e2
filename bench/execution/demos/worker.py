"""Run one demo under one model: ``python -m bench.execution.demos.worker MODULE:CLASS MODEL DESCRIPTOR``.

On the descriptor: ``{"began": ...}``, a line for each event from whichever process, and at the end
``{"values": ...}`` or ``{"error": ...}``.
"""

import json
import os
import sys
import time

from bench.core.cell import Scalar
from bench.core.demo import load_demo


def main() -> None:
    target, model, descriptor = sys.argv[1:]
    if not sys.stdin.readline():  # the parent has gone before the watchdog knew of this process
        return
    sys.stdout = sys.stderr  # what a demo prints must not come between its events
    os.dup2(int(descriptor), 1)  # where ``say`` writes, in every process of the demo
    os.close(int(descriptor))
    try:
        demo = load_demo(target)
        method = getattr(demo, model)
        values: dict[str, Scalar] = {}
        if model == "multiprocessing":
            values["fork_server_start_s"] = start_fork_server(type(demo).__module__)
        tell({"began": time.perf_counter()})
        if model == "asyncio":
            import asyncio  # slow, and only this model needs it

            values |= asyncio.run(method()) or {}
        else:
            values |= method() or {}
        tell({"values": values | demo.probe(model)})
    except Exception as error:
        while isinstance(error, ExceptionGroup):  # of a TaskGroup: its first says more than the group
            error = error.exceptions[0]
        tell({"error": f"{type(error).__name__}: {error}"})


def start_fork_server(module: str) -> float:
    """Start it with the demo imported, before the clock runs: what it costs is said as a figure instead."""
    import multiprocessing  # slow, and only this model needs it

    began = time.perf_counter()
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    first = context.Process(target=int)  # the server answers once it has imported the demo
    first.start()
    first.join()
    return time.perf_counter() - began


def tell(what: dict[str, object]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main()
