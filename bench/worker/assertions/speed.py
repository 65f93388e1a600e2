"""How much faster a function is than another, one right after the other in random order."""

from __future__ import annotations

import random

from bench.worker.assertions import Call, Facts, repeated

SECONDS = 0.05  # of each, at least one call
TIMES = 2  # observations each time


def observe(fast: Call, slow: Call) -> list[Facts]:
    """``value``: seconds per call of the second by those of the first."""
    for call in (fast, slow):
        repeated(call, 0)
    return [_both(fast, slow) for _ in range(TIMES)]


def _both(fast: Call, slow: Call) -> Facts:
    order = [fast, slow]
    random.shuffle(order)
    took = {id(call): repeated(call, SECONDS) for call in order}
    one, other = took[id(fast)], took[id(slow)]
    return {"value": other / one, "fast_s": one, "slow_s": other}
