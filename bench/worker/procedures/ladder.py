"""Cost of one rung of the ladder: seconds for one task, and bytes for one that waits, with the kernel's."""

import os
import sys
import time
from statistics import median

from bench.core.observation import Observation, Stage
from bench.core.runner import gil_enabled
from bench.worker import procfs
from bench.worker.request import CellError, Request, stage
from bench.worker.rungs import RUNGS, Doer, Rung

SLICE_S = 0.01
SLICES = 5
SLICES_OF_SLOW = 3  # of what takes longer than a slice by itself


def observe(request: Request) -> Observation:
    """Time the rung that the cell's option ``rung`` names. Raises CellError."""
    started = time.time()
    rung = next((rung for rung in RUNGS if rung.name == request.cell.options["rung"]), None)
    if rung is None or sys.version_info < rung.python:
        raise CellError(Stage.START, f"this Python has no rung {request.cell.options['rung']!r}")
    # Started by spawn, a process would import this program's main module: that is not the rung's cost.
    main = sys.modules["__main__"]
    main.__spec__ = main.__file__ = None
    with stage(Stage.BATCH):
        figures = {"seconds": seconds_of(rung)}
        if rung.holds:
            figures |= memory_of(rung)
    return Observation(request.block, request.cell.key, started, gil=gil_enabled(), figures=figures)


def seconds_of(rung: Rung) -> float:
    """Seconds for one: the median of a few slices, each long enough for the clock."""
    with rung.open() as do:
        many = rung.at_once
        timed(do, many)  # what is only paid once: imports, a pool's first process, the fork server
        while (seconds := timed(do, many)) < SLICE_S / 2:
            many *= 2
        slices = SLICES if seconds < 2 * SLICE_S else SLICES_OF_SLOW
        return median(timed(do, many) for _ in range(slices)) / many


def timed(do: Doer, many: int) -> float:
    begin = time.perf_counter()
    do(many)
    return time.perf_counter() - begin


def memory_of(rung: Rung) -> dict[str, float]:
    """Bytes that one takes while it waits, what many of them add divided by their number: "memory", of their
    own (Pss), and "kernel", which the kernel holds for them."""
    with rung.hold(1):  # what is only paid once: imports, the fork server
        pass
    before = procfs.proportional_memory([os.getpid()]), procfs.kernel_memory()
    with rung.hold(rung.held) as pids:
        during = procfs.proportional_memory(pids), procfs.kernel_memory()
    return {
        name: max((now - then) / rung.held, 0.0)
        for name, then, now in zip(("memory", "kernel"), before, during, strict=True)
        if then is not None and now is not None
    }
