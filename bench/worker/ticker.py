"""How long another thread waits for the GIL while something runs: it sleeps for moments, and comes back late
by what it waits. Standard library only."""

import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import NamedTuple

from bench.core.run_queue import RunQueue
from bench.worker.frames import where

SLEEP_S = 0.5e-3
ALONE = 40  # sleeps with nothing beside them: how late they usually come
LATE_S = 1e-3  # from here on it is asked where the other thread is


class Waited(NamedTuple):
    """What a thread beside a function saw."""

    share: float  # of the time, in which it waited for the GIL
    line: str  # "/a/file.py:12 in name": where the function was then most of that time; "" without long waits


def waited_beside(work: Callable[[], None]) -> Waited:
    """How long another thread waits for the GIL while ``work`` runs in this one: nearly all the time where it
    computes in Python or holds the GIL in C, nearly none where it releases it. Raises what it raises."""
    ready, done, ident = threading.Event(), threading.Event(), threading.get_ident()
    found: list[float] = []
    lines: dict[str, float] = defaultdict(float)  # seconds

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
                late = slept - SLEEP_S - usual - for_core
                waited += max(late, 0.0)
                if late > LATE_S and not done.is_set() and (seen := where(ident)):
                    lines[seen[1]] += late
            found.append(waited / (time.perf_counter() - began))

    thread = threading.Thread(target=tick, daemon=True)
    thread.start()
    ready.wait()
    try:
        work()
    finally:
        done.set()
        thread.join()
    return Waited(found[0], max(lines, key=lines.__getitem__, default=""))


def _slept() -> float:
    begin = time.perf_counter()
    time.sleep(SLEEP_S)
    return time.perf_counter() - begin
