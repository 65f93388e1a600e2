"""Whether blocks resemble those before them: every interval here takes them to be independent.

Where a machine's disturbances last longer than a block, ratios of neighbouring blocks are alike, and
intervals are too narrow.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from statistics import fmean

from bench.analysis.summary import Summary

ALIKE = 0.3
LEAST_BLOCKS, LEAST_CELLS = 6, 4


def autocorrelation(values: Sequence[float]) -> float | None:
    """The correlation of neighbours, its bias of -1 / n taken off; None where all values are the same."""
    n, mean = len(values), fmean(values)
    apart = [value - mean for value in values]
    squares = sum(value * value for value in apart)
    if squares <= 1e-18 * n:
        return None
    return sum(one * other for one, other in pairwise(apart)) / squares + 1 / n


def of_blocks(summary: Summary) -> float | None:
    """The mean over the comparison's cells of the autocorrelation of their speed-ups (as logs); None where
    there are too few cells or blocks to tell."""
    found = []
    for row in summary.rows:
        if row.speedup is not None and row.blocks >= LEAST_BLOCKS:
            speedups = summary.by_block(row.cell.workload, row.cell.runner, "speedup").dropna().sort_index()
            if (value := autocorrelation([math.log(each) for each in speedups])) is not None:
                found.append(value)
    return fmean(found) if len(found) >= LEAST_CELLS else None
