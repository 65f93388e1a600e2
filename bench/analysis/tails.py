"""How the latencies of a cell are spread: the share of its tasks that took longer than so long."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from bench.analysis.percentiles import merged, percentile
from bench.analysis.statistics import Estimate, estimate
from bench.core.histogram import bounds

USUAL = 0.1
STEPS = 11  # places on a tail, evenly on a logarithmic axis

Histogram = Mapping[str, int]


def tail(blocks: Sequence[Histogram]) -> list[tuple[float, Estimate]]:
    """(latency in seconds, share of the tasks that took longer), from what one task in ten stays below to the
    slowest of all: the median of the blocks' shares with its interval. Shares of 0 have no place on a
    logarithmic axis and are left out."""
    counts = merged(blocks)
    usual, last = percentile(counts, USUAL), percentile(counts, 1.0)
    if usual is None or last is None or not 0 < usual < last:
        return []
    line = []
    for step in range(STEPS):
        place = usual * math.exp(step / STEPS * math.log(last / usual))
        shares = [_slower(block, place) for block in blocks]
        share = estimate(shares)
        if share.median > 0:
            line.append((place, share))
    return line


def _slower(histogram: Histogram, place: float) -> float:
    total = sum(histogram.values())
    slower = sum(count for number, count in histogram.items() if bounds(int(number))[0] / 1e9 > place)
    return slower / total if total else 0.0


def slowest(blocks: Sequence[Histogram]) -> float | None:
    """The longest latency of all, in seconds."""
    return percentile(merged(blocks), 1.0)
