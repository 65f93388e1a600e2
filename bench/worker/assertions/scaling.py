"""How a function's throughput grows with threads, by that of C code that releases the GIL at the same time.

On Linux without the time in which a thread waited for a core, which another program had.
"""

from __future__ import annotations

import hashlib
import random
import resource
import time

from bench.core.run_queue import RunQueue
from bench.worker.assertions import Call, Facts, in_threads, repeated

SLICE_S = 0.02  # of calls, at least one
ROUNDS = 2  # of slices in an observation
TIMES = 4  # observations each time
LEAST_CORES = 1.3  # with fewer, parallel and serial threads look alike
BUFFER = bytes(1 << 20)


def observe(call: Call, threads: int) -> list[Facts]:
    """``value``: speed-up over one thread, by that of C code that releases the GIL, and None where that had
    no more than one core; ``speedup`` and ``cores``: the two of them."""
    repeated(call, 0)
    return [_once(call, threads) for _ in range(TIMES)]


def _once(call: Call, threads: int) -> Facts:
    """Slices of all four in random order, again and again: what else the machine does hits them alike."""
    gauge = Call(hashlib.sha256, (BUFFER,))
    arms = [(call, 1), (call, threads), (gauge, 1), (gauge, threads)]
    rates = [0.0] * len(arms)
    for _ in range(ROUNDS):
        for arm in random.sample(range(len(arms)), len(arms)):
            rates[arm] += _rate(*arms[arm])
    one, many, gauge_one, gauge_many = rates
    speedup, cores = many / one, gauge_many / gauge_one
    value = speedup / cores if cores >= LEAST_CORES else None
    return {"value": value, "speedup": speedup, "cores": cores}


def _rate(call: Call, threads: int) -> float:
    """Calls a second of as many threads. Each goes on until all have done their slice: none is ever alone."""
    rates = [0.0] * threads
    left = set(range(threads))
    numbers = iter(range(threads))

    def work() -> None:
        own, done = next(numbers), 0
        with RunQueue() as queue:
            waited, preempted, blocked = queue.waited_ns(), *_switches()
            begin = time.perf_counter()
            while left:
                call.result()
                done += 1
                if (took := time.perf_counter() - begin) >= SLICE_S:
                    left.discard(own)
            waited, now_preempted, now_blocked = queue.waited_ns() - waited, *_switches()
        preempted, blocked = now_preempted - preempted, now_blocked - blocked
        # A thread that is woken for a lock, and then does not get it, has waited for the lock.
        for_core = waited / 1e9 * preempted / max(preempted + blocked, 1)
        rates[own] = done / (took - for_core)

    in_threads(work, threads)
    return sum(rates)


def _switches() -> tuple[int, int]:
    """How often this thread has been preempted, and has blocked; 0 on systems without such counts."""
    if not hasattr(resource, "RUSAGE_THREAD"):
        return 0, 0
    used = resource.getrusage(resource.RUSAGE_THREAD)
    return used.ru_nivcsw, used.ru_nvcsw
