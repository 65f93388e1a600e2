"""How long another thread waits for the GIL while something runs: it sleeps for moments, and comes back late
by what it waits. Standard library only."""

import threading
import time
from collections.abc import Callable

from bench.core.run_queue import RunQueue

SLEEP_S = 0.5e-3
ALONE = 40  # sleeps with nothing beside them: how late they usually come


def share_waited(work: Callable[[], None]) -> float:
    """The share of the time that ``work`` takes in which another thread waits for the GIL: nearly all where
    it computes in Python or holds the GIL in C, nearly none where it releases it. Raises what it raises."""
    ready, done = threading.Event(), threading.Event()
    found: list[float] = []

    def tick() -> None:
        usual = sorted(_slept() - SLEEP_S for _ in range(ALONE))[ALONE // 2]
        with RunQueue() as queue:
            ready.set()
            waited, began = 0.0, time.perf_counter()
            while not done.is_set():
                queued = queue.waited_ns()
                slept = _slept()
                for_core = (queue.waited_ns() - queued) / 1e9  # which says nothing of the GIL
                began += for_core
                waited += max(slept - SLEEP_S - usual - for_core, 0.0)
            found.append(waited / (time.perf_counter() - began))

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    ready.wait()
    try:
        work()
    finally:
        done.set()
        thread.join()
    return found[0]


def _slept() -> float:
    begin = time.perf_counter()
    time.sleep(SLEEP_S)
    return time.perf_counter() - begin
