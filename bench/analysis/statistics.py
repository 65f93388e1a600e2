"""Medians with exact, distribution-free intervals. The blocks are the sample; nothing within a process is."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import median

LEVEL = 0.95
LARGEST = 700.0  # log of a ratio, of which a float can hold no more


@dataclass(frozen=True)
class Estimate:
    """A median over blocks with its interval. ``level`` is the interval's true confidence: where so few
    blocks cannot give 95 %, the interval is their whole range and the level says how much that is."""

    median: float
    low: float
    high: float
    level: float
    n: int

    @property
    def sure(self) -> bool:
        """Whether the interval has 95 % confidence."""
        return self.level >= LEVEL


def exactly(value: float) -> Estimate:
    """A figure that is known, such as a limit."""
    return Estimate(value, value, value, 1.0, 1)


def exponential(value: Estimate) -> Estimate:
    """A difference of logs as a ratio."""
    middle, low, high = (
        math.exp(min(max(log, -LARGEST), LARGEST)) for log in (value.median, value.low, value.high)
    )
    return Estimate(middle, low, high, value.level, value.n)


def coverage(n: int, k: int) -> float:
    """How often the interval from the k-th smallest to the k-th largest of n holds the median: the exact
    sign-test interval, 1 - 2 P(Binomial(n, 1/2) < k)."""
    return 1 - sum(math.comb(n, j) for j in range(k)) / 2.0 ** (n - 1)


@cache
def rank(n: int, level: float) -> int:
    """The largest k of which ``coverage`` is at least ``level``; 1 where none is."""
    k = 1
    while k < n // 2 and coverage(n, k + 1) >= level:
        k += 1
    return k


def estimate(values: Sequence[float], level: float = LEVEL) -> Estimate:
    """The median of positive values and the narrowest symmetric order-statistic interval of that level.

    Raises ValueError without values. Medians and order statistics are the same for ratios as for their
    logarithms, but for even n, where the middle is taken on the log scale.
    """
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    n = len(ordered)
    k = rank(n, level)
    middle = math.exp(median(math.log(v) for v in ordered)) if ordered[0] > 0 else median(ordered)
    return Estimate(middle, ordered[k - 1], ordered[-k], coverage(n, k), n)


def estimate_of(values: Iterable[float]) -> Estimate | None:
    """The estimate of the values that are known (no NaN); None where none is."""
    known = [float(value) for value in values if not math.isnan(value)]
    return estimate(known) if known else None
