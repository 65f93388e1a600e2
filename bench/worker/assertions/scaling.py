"""How a function's throughput grows with threads, by the cores that the machine gives in the same moment."""

from __future__ import annotations

import hashlib
import random
import time

from bench.worker.assertions import Call, Facts, in_threads, repeated

SLICE_S = 0.02  # of calls, at least one
ROUNDS = 2  # of slices in an observation
TIMES = 3  # observations each time
LEAST_CORES = 1.3  # with fewer, parallel and serial threads look alike
BUFFER = bytes(1 << 16)


def observe(call: Call, threads: int) -> list[Facts]:
    """``value``: speed-up over one thread, by that of C code that releases the GIL, and None where that had
    no more than one core; ``speedup`` and ``cores``: the two of them."""
    repeated(call, 0)
    return [_once(call, threads) for _ in range(TIMES)]


def _once(call: Call, threads: int) -> Facts:
    """Slices of all four in random order, again and again: what else the machine does hits them alike."""
    gauge = Call(hashlib.sha256, (BUFFER,))
    arms = [(call, 1), (call, threads), (gauge, 1), (gauge, threads)]
    calls, seconds = [0] * len(arms), [0.0] * len(arms)
    for _ in range(ROUNDS):
        for arm in random.sample(range(len(arms)), len(arms)):
            done, took = _slice(*arms[arm])
            calls[arm] += done
            seconds[arm] += took
    one, many, gauge_one, gauge_many = (c / s for c, s in zip(calls, seconds, strict=True))
    speedup, cores = many / one, gauge_many / gauge_one
    value = speedup / cores if cores >= LEAST_CORES else None
    return {"value": value, "speedup": speedup, "cores": cores}


def _slice(call: Call, threads: int) -> tuple[int, float]:
    """Calls that as many threads did, and the seconds that it took them."""
    done = [0] * threads
    numbers = iter(range(threads))

    def work() -> None:
        own = next(numbers)
        end = time.perf_counter() + SLICE_S
        while time.perf_counter() < end:
            if call.is_async:
                repeated(call, 0)
            else:
                call()
            done[own] += 1

    took = in_threads(work, threads)
    return sum(done), took
