"""How much memory a process and all its children take, looked at from outside."""

from __future__ import annotations

import os
from collections.abc import Iterable

import psutil

from bench.core.records import Cause
from bench.execution.child_process import Stop

CHILDREN_ARE_TOLD = os.path.exists(f"/proc/self/task/{os.getpid()}/children")


def over(limit: int | None, pid: int) -> Stop | None:
    """Why the process must be ended: it and its children take more than ``limit`` bytes; None if not so.

    Looked at from outside, since a thread that looks would be measured, and since the system's own limits
    count what is reserved (threads reserve much) and each process by itself.
    """
    if limit is None:
        return None
    processes = family(pid)
    # What they share counts in each: quick to tell, and enough to say that all is well.
    if resident(processes) <= limit or (taken := proportional(processes)) <= limit:
        return None
    taken_, allowed = size(taken), size(limit)
    return Stop(Cause.MEMORY, f"its processes took {taken_} of memory, and --memory-limit is {allowed}")


def family(pid: int) -> list[int]:
    """The process and its children, theirs too."""
    if not CHILDREN_ARE_TOLD:  # all processes have to be looked at
        try:
            return [pid, *(child.pid for child in psutil.Process(pid).children(recursive=True))]
        except psutil.Error:
            return [pid]
    found = [pid]
    for each in found:
        try:
            for thread in os.listdir(f"/proc/{each}/task"):
                with open(f"/proc/{each}/task/{thread}/children") as file:
                    found += map(int, file.read().split())
        except OSError:
            continue  # it has ended
    return found


def resident(pids: Iterable[int]) -> int:
    """Bytes in memory; what they share counts in each."""
    total = 0
    for pid in pids:
        try:
            total += psutil.Process(pid).memory_info().rss
        except psutil.Error:
            continue
    return total


def proportional(pids: Iterable[int]) -> int:
    """Bytes in memory; what they share is divided among them where the system tells (Linux)."""
    total = 0
    for pid in pids:
        try:
            told = psutil.Process(pid).memory_full_info()
        except psutil.Error:
            continue
        total += getattr(told, "pss", told.uss)
    return total


def size(taken: int) -> str:
    """Bytes, for a reader."""
    return f"{taken / (1 << 30):.3g} GiB" if taken >= 1 << 30 else f"{taken / (1 << 20):.3g} MiB"
