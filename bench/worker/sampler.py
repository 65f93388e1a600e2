"""A thread beside another: it sleeps for moments, comes back late by what it waits for the GIL, and samples
where the other one is. Standard library only."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bench.core.run_queue import RunQueue
from bench.worker.frames import Instruction, where

SLEEP_S = 0.5e-3
SWITCH_S = 0.5e-3  # a switch interval with which it gets the GIL soon where bytecode holds it
ALONE = 40  # sleeps with nothing beside them


class Sample(NamedTuple):
    """Where the other thread was."""

    at_ns: int  # perf_counter
    late_s: float  # by so much the sampler came late
    instruction: Instruction
    line: str  # "/a/file.py:12 in name", the innermost of the user's own


Looks = Callable[[int, float], bool]
"""Whether to look now, by the time (ns, perf_counter) and the seconds that the sampler was late."""


class Sampler(threading.Thread):
    """Samples a thread until it is ``over``."""

    def __init__(self, ident: int, looks: Looks, usual_s: float) -> None:
        super().__init__(daemon=True)
        self.other, self.looks, self.usual_s = ident, looks, usual_s
        self.ready, self.over = threading.Event(), threading.Event()
        self.samples: list[Sample] = []
        self.took_s = self.waited_s = self.longest_s = 0.0  # in all, and of that for the GIL

    def run(self) -> None:
        with RunQueue() as queue:
            self.ready.set()
            began = time.perf_counter()
            while not self.over.is_set():
                queued = queue.waited_ns()
                took = slept()
                for_core = (queue.waited_ns() - queued) / 1e9  # which says nothing of the GIL
                began += for_core
                late = took - SLEEP_S - self.usual_s - for_core
                self.waited_s += max(late, 0.0)
                self.longest_s = max(late, self.longest_s)
                at = time.perf_counter_ns()
                if self.looks(at, late) and not self.over.is_set() and (seen := where(self.other)):
                    self.samples.append(Sample(at, late, *seen))
            self.took_s = time.perf_counter() - began


@contextmanager
def sampled(looks: Looks, usual_s: float = 0.0) -> Iterator[Sampler]:
    """Sample the calling thread meanwhile; ``usual_s``: see ``usual_lateness``."""
    sampler = Sampler(threading.get_ident(), looks, usual_s)
    sampler.start()
    sampler.ready.wait()
    try:
        yield sampler
    finally:
        sampler.over.set()
        sampler.join()


def usual_lateness() -> float:
    """Seconds by which a sleep is late with nothing beside it."""
    return sorted(slept() - SLEEP_S for _ in range(ALONE))[ALONE // 2]


def slept() -> float:
    """Seconds that a short sleep takes."""
    begin = time.perf_counter()
    time.sleep(SLEEP_S)
    return time.perf_counter() - begin
