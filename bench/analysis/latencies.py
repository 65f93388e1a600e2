"""Percentiles and tails of latencies, from the histograms that the workers made."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bench.analysis.statistics import Estimate, estimate
from bench.core.histogram import bounds


def merged(histograms: Iterable[Mapping[str, int]]) -> Counter[int]:
    """The counts of several histograms by bucket number."""
    total: Counter[int] = Counter()
    for histogram in histograms:
        for number, count in histogram.items():
            total[int(number)] += count
    return total


def percentile(counts: Mapping[int, int], share: float) -> float | None:
    """The latency in seconds that ``share`` of the tasks did not exceed: the middle of its bucket."""
    wanted = share * sum(counts.values())
    seen = 0
    for number in sorted(counts):
        seen += counts[number]
        if seen >= wanted:
            low, beyond = bounds(number)
            return (low + beyond - 1) / 2e9
    return None


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
