"""Latencies out of the histograms that the workers made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

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
