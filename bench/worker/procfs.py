"""CPU time, run-queue waits, context switches and memory of live processes, on Linux; elsewhere nothing.

Not from getrusage: ``RUSAGE_CHILDREN`` leaves out a live pool, and ``ru_maxrss`` survives exec.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from operator import sub
from typing import NamedTuple

AVAILABLE = os.path.exists("/proc/self/schedstat")
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100  # a second; Windows has none
CPUCLOCK_SCHED = 2  # of the kernel: on-core time of all threads


class ThreadTimes(NamedTuple):
    """Totals of a thread since it began."""

    on_core_ns: int
    waiting_ns: int  # runnable, on a run queue
    voluntary: int
    involuntary: int

    def since(self, before: ThreadTimes) -> ThreadTimes:
        """The increase since ``before``."""
        return ThreadTimes(*map(sub, self, before))


NOTHING = ThreadTimes(0, 0, 0, 0)
Snapshot = dict[tuple[int, int], ThreadTimes]  # by (pid, native thread id)


def snapshot(pids: Iterable[int]) -> Snapshot:
    """Every thread of the processes, from ``/proc/PID/task/*/schedstat`` and ``status``."""
    threads: Snapshot = {}
    if not AVAILABLE:
        return threads
    for pid in pids:
        try:
            tids = os.listdir(f"/proc/{pid}/task")
        except FileNotFoundError:
            raise ProcessLookupError(f"process {pid} of the pool has ended") from None
        for tid in tids:
            try:
                threads[pid, int(tid)] = _times(f"/proc/{pid}/task/{tid}")
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended between the listing and the reading
    return threads


def _times(folder: str) -> ThreadTimes:
    with open(f"{folder}/schedstat") as file:
        on_core, waiting, _ = file.read().split()
    status = _fields(f"{folder}/status")
    switches = status["voluntary_ctxt_switches"], status["nonvoluntary_ctxt_switches"]
    return ThreadTimes(int(on_core), int(waiting), *map(int, switches))


def peak_memory(pids: Sequence[int]) -> int | None:
    """Bytes: the sum of each process's own peak (VmHWM); pages that they share count in each."""
    if not AVAILABLE or not pids:
        return None
    return sum(_kilobytes(_fields(f"/proc/{pid}/status")["VmHWM"]) for pid in pids)


def proportional_memory(pids: Sequence[int]) -> int | None:
    """Bytes now: shared pages divided among the processes that share them (Pss)."""
    if not pids:
        return None
    try:
        return sum(_kilobytes(_fields(f"/proc/{pid}/smaps_rollup")["Pss"]) for pid in pids)
    except (OSError, KeyError):
        return None


def kernel_memory() -> int | None:
    """Bytes now, of the whole machine, that the kernel holds for threads and processes and no Pss counts:
    their stacks, page tables, and slab that cannot be reclaimed. Not the memory available: while 400 threads
    were held, that fell by 0 to 38 KiB for each, these three by 24.6 to 25.6 (*here*, on a busy machine)."""
    try:
        found = _fields("/proc/meminfo")
        return sum(_kilobytes(found[name]) for name in ("KernelStack", "PageTables", "SUnreclaim"))
    except (OSError, KeyError):
        return None


def cpu_seconds(pid: int) -> float | None:
    """CPU seconds of a process since it began: of its threads, also those that have ended, to the nanosecond;
    and of its children that have ended, in steps of 10 ms. None where that cannot be known."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        # The clock of another process's CPU time has its pid in its id (clock_getcpuclockid(3)).
        own = time.clock_gettime(~pid << 3 | CPUCLOCK_SCHED)
    except OSError:
        return None
    return own + (int(fields[13]) + int(fields[14])) / TICKS


def steal_seconds() -> float | None:
    """Seconds that the hypervisor took from all cores since boot (steal time)."""
    try:
        with open("/proc/stat") as file:
            return int(file.readline().split()[8]) / TICKS
    except (OSError, IndexError):
        return None


def _fields(path: str) -> dict[str, str]:
    with open(path) as file:
        return {name: rest.strip() for name, _, rest in (line.partition(":") for line in file)}


def _kilobytes(text: str) -> int:
    return int(text.split(maxsplit=1)[0]) * 1024
