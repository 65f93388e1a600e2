"""Whether a function lets another thread have the GIL: that thread sleeps for moments and comes back late by
what it waits for the GIL."""

from __future__ import annotations

from bench.worker.assertions import Call, Facts, repeated
from bench.worker.sampler import usual_lateness
from bench.worker.ticker import waited_beside

SECONDS = 0.05  # of calls, at least one
TIMES = 4  # observations each time


def observe(call: Call) -> list[Facts]:
    """``value``: share of the time that the function ran in which another thread had to wait for the GIL.
    ``late_s``: the longest wait."""
    repeated(call, 0)  # the first call imports
    usual = usual_lateness()
    seen = [waited_beside(lambda: repeated(call, SECONDS), usual) for _ in range(TIMES)]
    return [{"value": waited.share, "late_s": waited.longest_s} for waited in seen]
