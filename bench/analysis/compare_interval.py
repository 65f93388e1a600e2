"""The interval of the ratio of two runs' times: two independent samples, of which each block is one value.

The estimate of Hodges and Lehmann (1963) with the interval that goes with the test of Wilcoxon, Mann and
Whitney, on logarithms: the middle of the ratios of all pairs of blocks, and two of these ratios as bounds.
No distribution is assumed. The level is exact where both runs' blocks scatter alike, however they do; it is
less where a few blocks scatter much and many little (simulated: 15 % of whole comparisons of 8 blocks with 40
missed 1 instead of 5 %), for which the widening of ``compare`` more than makes up.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np

from bench.analysis.statistics import Estimate

EXACT = 40  # blocks of a run; with more, the normal approximation is as good


def shift(before: Sequence[float], after: Sequence[float], level: float) -> Estimate:
    """By how much the logs after exceed those before: a difference of logs, with its interval.

    ``Estimate.level`` is the confidence of the interval. It is below ``level`` where so few blocks cannot
    give that; the interval is their whole range then. ``Estimate.n`` is the smaller number of blocks.
    Raises ValueError without values.
    """
    if not len(before) or not len(after):
        raise ValueError("no values")
    pairs = np.sort(np.subtract.outer(np.asarray(after, float), np.asarray(before, float)), axis=None)
    few, many = sorted((len(before), len(after)))
    rank = _rank(few, many, level) if most(few) >= level else 1
    middle = float(pairs[(len(pairs) - 1) // 2] + pairs[len(pairs) // 2]) / 2
    attained = 1 - 2 * _tails(few, many)[rank - 1] if many <= EXACT else level
    return Estimate(middle, float(pairs[rank - 1]), float(pairs[-rank]), min(attained, most(few)), few)


def most(blocks: int) -> float:
    """The highest confidence that so many blocks in each of two runs can give: 1 - 2 / C(2n, n).

    A run of more blocks does not raise it: where runs do not scatter alike, the smaller one decides.
    """
    return 1 - 2 / math.comb(2 * blocks, blocks)


def needed(level: float) -> int:
    """The blocks in each run that such an interval takes."""
    blocks = 1
    while most(blocks) < level:
        blocks += 1
    return blocks


@cache
def _rank(few: int, many: int, level: float) -> int:
    """The place of the lower bound among the ordered pairs: the highest k with 2 P(U < k) <= 1 - level."""
    if many > EXACT:
        sd = math.sqrt(few * many * (few + many + 1) / 12)
        below = few * many / 2 - 0.5 + sd * NormalDist().inv_cdf((1 - level) / 2)
        return max(int(below) + 1, 1)
    return max(sum(2 * tail <= 1 - level for tail in _tails(few, many)), 1)


@cache
def _tails(few: int, many: int) -> list[float]:
    """P(U <= u) for u = 0, 1, ... up to the middle, of the statistic of Mann and Whitney.

    The number of orders with each u are the coefficients of the Gaussian binomial, the product over i of
    (1 - q^(many + i)) / (1 - q^i): exact in whole numbers.
    """
    size = few * many // 2 + 1
    ways = [1] + [0] * (size - 1)
    for i in range(1, few + 1):
        for u in range(size - 1, many + i - 1, -1):
            ways[u] -= ways[u - many - i]
        for u in range(i, size):
            ways[u] += ways[u - i]
    orders, total, tails = math.comb(few + many, few), 0, []
    for count in ways:
        total += count
        tails.append(total / orders)
    return tails
