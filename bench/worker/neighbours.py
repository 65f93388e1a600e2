"""Neighbours: threads, processes or event-loop tasks that compute while a batch runs."""

import subprocess
import sys
from collections.abc import Coroutine, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from threading import Event, Thread
from typing import Any, Protocol, runtime_checkable

from bench.core.cell import Scalar
from bench.core.observation import Stage
from bench.core.runner import Pool
from bench.worker.request import CellError
from bench.worker.spin import SLICE_S, spin_for
from bench.worker.switch_interval import switching_every


@runtime_checkable
class LoopHost(Protocol):
    """A pool with an event loop that takes a coroutine beside its tasks."""

    def beside(self, coroutine: Coroutine[Any, Any, None]) -> AbstractContextManager[None]:
        """Run the coroutine during a batch, and cancel it on leaving."""


@contextmanager
def neighbours(pool: Pool, options: Mapping[str, Scalar]) -> Iterator[None]:
    """Start ``neighbours`` of the kind ``neighbour`` ("thread", "process", or "task", which yields to the
    loop every ``piece_ms``) and set ``switch_interval_ms``; undo all on leaving.

    Raises CellError for a kind that the pool does not support.
    """
    kind, many = options.get("neighbour"), int(options.get("neighbours", 1))
    with ExitStack() as stack:
        if "switch_interval_ms" in options:
            stack.enter_context(switching_every(float(options["switch_interval_ms"]) / 1e3))
        for _ in range(many if kind else 0):
            if kind == "thread":
                stack.enter_context(computing_thread())
            elif kind == "process":
                stack.enter_context(computing_process())
            elif kind == "task" and isinstance(pool, LoopHost):
                stack.enter_context(pool.beside(compute_in_pieces(float(options["piece_ms"]) / 1e3)))
            else:
                raise CellError(Stage.OPEN, f"this model cannot run a neighbour {kind!r}")
        yield


@contextmanager
def computing_thread() -> Iterator[None]:
    """A thread of this process that computes."""
    enough = Event()

    def compute() -> None:
        while not enough.is_set():
            spin_for(SLICE_S)

    thread = Thread(target=compute, daemon=True)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


@contextmanager
def computing_process() -> Iterator[None]:
    """A process that computes: not forked, since this one may have threads, and in this one's process group,
    so that it ends with the cell."""
    command = [sys.executable, "-P", "-m", "bench.worker.spin"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            if not process.stdout.readline():
                raise CellError(Stage.OPEN, "the process that should compute beside the batch did not start")
            yield
        finally:
            process.kill()


async def compute_in_pieces(seconds: float) -> None:
    """Hold the loop for this long, yield to it once, and so on until cancelled."""
    import asyncio  # the other models must not load it

    while True:
        spin_for(seconds)
        await asyncio.sleep(0)
