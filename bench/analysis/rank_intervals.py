"""Intervals from ranks, of a difference of two samples and of paired differences; each block is one value.

The estimates of Hodges and Lehmann (1963), with the intervals that go with the tests of Wilcoxon: the middle
of all pairs of values, and two of these as bounds. No distribution is assumed.

Two independent samples (with Mann and Whitney), of two runs: the level is exact where both runs' blocks
scatter alike, however they do; it is less where a few blocks scatter much and many little (simulated: 15 % of
whole comparisons of 8 blocks with 40 missed 1 instead of 5 %), for which the widening of ``compare_runs``
more than makes up.

Paired differences (signed ranks), of one run: two cells of the same thing run in random order one right after
the other, so that their difference is as often above zero as below, however the machine drifts: then the
level is exact, whatever the distribution.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import accumulate
from statistics import NormalDist

import numpy as np

from bench.analysis.statistics import Estimate

EXACT = 40  # blocks of a run; with more, the normal approximation is as good
EXACT_PAIRS = 60


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
    if many > EXACT:
        mean, sd = few * many / 2, math.sqrt(few * many * (few + many + 1) / 12)
        rank, attained = _normal_rank(mean, sd, level), level
    else:
        rank, attained = _exact_rank(_rank_sums(few, many), level)
    if most(few) < level:
        rank = 1
    return _middle(pairs, rank, min(attained, most(few)), few)


def paired_shift(differences: Sequence[float], level: float) -> Estimate:
    """The middle of differences, with its interval; its ``level`` as of ``shift``. Raises ValueError without
    values."""
    n = len(differences)
    if not n:
        raise ValueError("no values")
    values = np.asarray(differences, float)
    averages = np.sort((np.add.outer(values, values) / 2)[np.triu_indices(n)])
    if n > EXACT_PAIRS:
        mean, sd = n * (n + 1) / 4, math.sqrt(n * (n + 1) * (2 * n + 1) / 24)
        return _middle(averages, _normal_rank(mean, sd, level), level, n)
    return _middle(averages, *_exact_rank(_signed_ranks(n), level), n)


def signed_rank_p(values: Sequence[float]) -> float:
    """P(a sum of the ranks above 0 as large or larger), if each value is as often as far below: Wilcoxon's
    one-sided test, exact. A zero counts as below, and of equal distances the one below ranks higher."""
    n = len(values)
    ordered = sorted(values, key=lambda value: (abs(value), value <= 0))
    below = sum(rank for rank, value in enumerate(ordered, 1) if value <= 0)
    tails = _signed_ranks(n)
    # The sum below 0 is as distributed: P(T <= t) of it, from the other tail beyond the middle.
    middle = n * (n + 1) // 2
    return tails[below] if below < len(tails) else 1 - (tails[middle - below - 1] if below < middle else 0.0)


def most(blocks: int) -> float:
    """The highest confidence that so many blocks in each of two runs can give: 1 - 2 / C(2n, n).

    A run of more blocks does not raise it: where runs do not scatter alike, the smaller one decides.
    """
    return 1 - 2 / math.comb(2 * blocks, blocks)


def blocks_for_two(level: float) -> int:
    """The blocks in each of two runs that an interval of that level takes."""
    blocks = 1
    while most(blocks) < level:
        blocks += 1
    return blocks


def blocks_for_pairs(level: float) -> int:
    """The blocks of one run that an interval of that level takes: the least n with 1 - 2 / 2^n >= level."""
    return max(math.ceil(1 - math.log2(1 - level)), 1)


def _middle(ordered: np.ndarray, rank: int, level: float, n: int) -> Estimate:
    """The median of ordered values, and those so many from either end."""
    middle = float(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) / 2
    return Estimate(middle, float(ordered[rank - 1]), float(ordered[-rank]), level, n)


def _normal_rank(mean: float, sd: float, level: float) -> int:
    return max(int(mean - 0.5 + sd * NormalDist().inv_cdf((1 - level) / 2)) + 1, 1)


def _exact_rank(tails: Sequence[float], level: float) -> tuple[int, float]:
    """The place of the lower bound among the ordered values, the highest k with 2 P(statistic < k) <= 1 -
    level, and the confidence that it gives."""
    rank = max(bisect_right(tails, (1 - level) / 2), 1)
    return rank, 1 - 2 * tails[rank - 1]


@cache
def _rank_sums(few: int, many: int) -> list[float]:
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
    orders = math.comb(few + many, few)
    return [below / orders for below in accumulate(ways)]


@cache
def _signed_ranks(n: int) -> list[float]:
    """P(T <= t) for t = 0, 1, ... up to the middle, of the sum of the ranks with a positive sign.

    Every rank from 1 to n has either sign as often: the sums are those of all subsets of the ranks.
    """
    size = n * (n + 1) // 4 + 1
    ways = [1] + [0] * (size - 1)
    for rank in range(1, n + 1):
        for total in range(size - 1, rank - 1, -1):
            ways[total] += ways[total - rank]
    return [below / 2**n for below in accumulate(ways)]
