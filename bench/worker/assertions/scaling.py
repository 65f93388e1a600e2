"""How a function's throughput grows with threads, by that of C code that releases the GIL at the same time.

On Linux without the time in which a thread waited for a core, which another program had.
"""

from __future__ import annotations

import hashlib
import random
import resource
import threading
import time

from bench.core.run_queue import RunQueue
from bench.worker.assertions import Call, Facts, in_threads, repeated

SLICE_S = 0.02  # of calls, at least one
TIMES = 4  # observations each time
LEAST_CORES = 1.3  # with fewer, parallel and serial threads look alike
BUFFER = bytes(1 << 20)


def observe(call: Call, threads: int) -> list[Facts]:
    """``value``: speed-up over one thread, by that of C code that releases the GIL, and None where that had
    no more than one core; ``speedup`` and ``cores``: the two of them."""
    repeated(call, 0)
    return [_once(call, threads) for _ in range(TIMES)]


def _once(call: Call, threads: int) -> Facts:
    """A slice of each of the four, in random order: what else the machine does hits them alike."""
    gauge = Call(hashlib.sha256, (BUFFER,))
    arms = [(call, 1), (call, threads), (gauge, 1), (gauge, threads)]
    rates = {arm: _rate(*arms[arm]) for arm in random.sample(range(len(arms)), len(arms))}
    one, many, gauge_one, gauge_many = (rates[arm] for arm in range(len(arms)))
    speedup, cores = many / one, gauge_many / gauge_one
    value = speedup / cores if cores >= LEAST_CORES else None
    return {"value": value, "speedup": speedup, "cores": cores}


def _rate(call: Call, threads: int) -> float:
    """Calls a second of as many threads. Each goes on until all have done their slice: none is ever alone.
    All count from one moment: a thread that has to wait for its first turn waits then, too."""
    rates = [0.0] * threads
    left = set(range(threads))
    begins: list[float] = []
    together = threading.Barrier(threads, action=lambda: begins.append(time.perf_counter()))

    def work() -> None:
        done = 0
        with RunQueue() as queue:
            waited = queue.waited_ns()
            own = together.wait()
            (begin,), (preempted, blocked) = begins, _switches()
            try:
                while True:
                    call.result()
                    done += 1
                    if (took := time.perf_counter() - begin) >= SLICE_S:
                        left.discard(own)
                    if not left:
                        break
            finally:
                left.discard(own)  # one that raises lets the others end
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
