"""How much faster a function is than another, in slices that alternate in random order."""

from __future__ import annotations

import random
from statistics import median

from bench.worker.assertions import Call, Facts, repeated

SLICE_S = 0.01  # of calls, at least one
ROUNDS = 3  # of slices in an observation: what else the machine does spoils a few of them
TIMES = 4  # observations each time


def observe(fast: Call, slow: Call) -> list[Facts]:
    """``value``: seconds per call of the second by those of the first."""
    for call in (fast, slow):
        repeated(call, 0)
    return [_both((fast, slow)) for _ in range(TIMES)]


def _both(calls: tuple[Call, Call]) -> Facts:
    slices: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for which in random.sample((0, 1), 2):
            slices[which].append(repeated(calls[which], SLICE_S))
    fast, slow = map(median, slices)
    return {"value": slow / fast, "fast_s": fast, "slow_s": slow}
