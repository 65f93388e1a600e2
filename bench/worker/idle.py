"""Threads that compute while nothing is called: those of BLAS and of OpenMP spin for moments after each use,
and after the import of their library. Standard library only."""

import time
from collections.abc import Sequence

from bench.worker import procfs

LOOK_S = 0.01
BUSY = 0.2  # share of a core from which on something spins
LONGEST_S = 0.2


def spins(pids: Sequence[int]) -> bool:
    """Whether the processes compute while this thread sleeps; False where that is unknown."""
    before = list(map(procfs.cpu_seconds, pids))
    began = time.perf_counter()
    time.sleep(LOOK_S)
    used = [
        now - then
        for then, now in zip(before, map(procfs.cpu_seconds, pids), strict=True)
        if then is not None and now is not None
    ]
    return sum(used) > BUSY * (time.perf_counter() - began)


def until_idle(pids: Sequence[int]) -> None:
    """Wait until they do not, for some time at most."""
    end = time.perf_counter() + LONGEST_S
    while time.perf_counter() < end and spins(pids):
        pass
