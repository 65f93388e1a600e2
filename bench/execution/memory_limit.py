"""``--memory-limit``: memory of a process and all its children, read from outside."""

import contextlib
import os
from collections.abc import Iterable

import psutil

from bench.core.observation import Cause
from bench.execution.child_process import Stop

LISTS_CHILDREN = os.path.exists(f"/proc/self/task/{os.getpid()}/children")


def over_limit(limit: int | None, pid: int) -> Stop | None:
    """Why the process must be ended: it and its children take more than ``limit`` bytes. None if they do not.

    Read from outside, since a thread inside would be measured, and since the system's own limits count
    reserved memory (threads reserve much) and each process by itself.
    """
    if limit is None:
        return None
    processes = family(pid)
    # The sum that counts shared memory several times is quick to read, and mostly below the limit already.
    if memory_of(processes, shared_divided=False) <= limit:
        return None
    if (taken := memory_of(processes, shared_divided=True)) <= limit:
        return None
    return Stop(
        Cause.MEMORY, f"its processes took {size(taken)} of memory, and --memory-limit is {size(limit)}"
    )


def family(pid: int) -> list[int]:
    """The process and all its descendants."""
    if not LISTS_CHILDREN:  # psutil reads all processes
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


def memory_of(pids: Iterable[int], *, shared_divided: bool) -> int:
    """Bytes in memory. What processes share counts in each, or is divided among them where the system knows
    it (Linux), which takes longer to read. macOS tells only root what a process has to itself."""
    total = 0
    for pid in pids:
        with contextlib.suppress(psutil.Error):  # it has ended
            process = psutil.Process(pid)
            if shared_divided:
                with contextlib.suppress(psutil.AccessDenied):
                    full = process.memory_full_info()
                    total += getattr(full, "pss", full.uss)
                    continue
            total += process.memory_info().rss
    return total


def size(taken: int) -> str:
    """Bytes in words: "2 GiB", "300 MiB"."""
    return f"{taken / (1 << 30):.3g} GiB" if taken >= 1 << 30 else f"{taken / (1 << 20):.3g} MiB"
