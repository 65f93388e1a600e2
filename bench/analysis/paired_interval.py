"""The interval of a paired difference: each block is one value.

The estimate of Hodges and Lehmann (1963) with the interval that goes with Wilcoxon's signed ranks: the middle
of the averages of all pairs of values, and two of these averages as bounds. Two cells of the same thing run
in random order one right after the other, so that their difference is as often above zero as below, however
the machine drifts: then the level is exact, whatever the distribution.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np

from bench.analysis.statistics import Estimate

EXACT = 60  # blocks; with more, the normal approximation is as good


def paired_shift(differences: Sequence[float], level: float) -> Estimate:
    """The middle of differences, with its interval.

    ``Estimate.level`` is the confidence of the interval. It is below ``level`` where so few blocks cannot
    give that; the interval is their whole range then. Raises ValueError without values.
    """
    n = len(differences)
    if not n:
        raise ValueError("no values")
    values = np.asarray(differences, float)
    averages = np.sort((np.add.outer(values, values) / 2)[np.triu_indices(n)])
    rank = _rank(n, level)
    middle = float(averages[(len(averages) - 1) // 2] + averages[len(averages) // 2]) / 2
    attained = 1 - 2 * _tails(n)[rank - 1] if n <= EXACT else level
    return Estimate(middle, float(averages[rank - 1]), float(averages[-rank]), attained, n)


def blocks_for(level: float) -> int:
    """The blocks that an interval of that level takes: the least n with 1 - 2 / 2^n at the level or above."""
    return max(math.ceil(1 - math.log2(1 - level)), 1)


@cache
def _rank(n: int, level: float) -> int:
    """The place of the lower bound among the ordered averages: the highest k with 2 P(T < k) <= 1 - level."""
    if n > EXACT:
        mean, sd = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        return max(int(mean - 0.5 + sd * NormalDist().inv_cdf((1 - level) / 2)) + 1, 1)
    return max(sum(2 * tail <= 1 - level for tail in _tails(n)), 1)


@cache
def _tails(n: int) -> list[float]:
    """P(T <= t) for t = 0, 1, ... up to the middle, of the sum of the ranks with a positive sign.

    Every rank from 1 to n has either sign as often: the sums are those of all subsets of the ranks.
    """
    size = n * (n + 1) // 4 + 1
    ways = [1] + [0] * (size - 1)
    for rank in range(1, n + 1):
        for total in range(size - 1, rank - 1, -1):
            ways[total] += ways[total - rank]
    found, below = [], 0
    for count in ways:
        below += count
        found.append(below / 2**n)
    return found
