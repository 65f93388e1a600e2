"""Whether a function lets another thread have the GIL: that thread sleeps for moments and comes back late by
what it waits for the GIL."""

from __future__ import annotations

import threading
import time

from bench.core.run_queue import RunQueue
from bench.worker.assertions import Call, Facts, repeated

SECONDS = 0.05  # of calls, at least one
SLEEP_S = 0.5e-3
ALONE = 40  # sleeps with nothing beside them: how late they usually come
TIMES = 4  # observations each time


def observe(call: Call) -> list[Facts]:
    """``value``: share of the time that the function ran in which another thread had to wait for the GIL.
    ``late_s``: the longest wait."""
    repeated(call, 0)  # the first call imports
    usual = sorted(_late(ALONE))[ALONE // 2]
    return [_beside(call, usual) for _ in range(TIMES)]


def _late(number: int) -> list[float]:
    found = []
    for _ in range(number):
        begin = time.perf_counter()
        time.sleep(SLEEP_S)
        found.append(time.perf_counter() - begin - SLEEP_S)
    return found


def _beside(call: Call, usual: float) -> Facts:
    begun, done = threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def run() -> None:
        begun.wait()
        try:
            repeated(call, SECONDS)
        except BaseException as error:
            failed.append(error)
        done.set()

    thread = threading.Thread(target=run, daemon=True)
    waited, longest = 0.0, 0.0
    with RunQueue() as queue:
        thread.start()
        began = time.perf_counter()
        begun.set()
        while not done.is_set():
            queued, begin = queue.waited_ns(), time.perf_counter()
            time.sleep(SLEEP_S)
            for_core = (queue.waited_ns() - queued) / 1e9
            began += for_core  # that time says nothing
            late = time.perf_counter() - begin - SLEEP_S - usual - for_core
            waited, longest = waited + max(late, 0.0), max(longest, late)
        took = time.perf_counter() - began
    thread.join()
    if failed:
        raise failed[0]
    return {"value": waited / took, "late_s": longest}
