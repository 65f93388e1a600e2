"""From ratios to pixels."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (2, 4, 10, 100, 1000)


@dataclass(frozen=True)
class LogScale:
    """A logarithmic axis from ``left`` to ``right`` pixels. What lies outside is drawn at its end."""

    low: float
    high: float
    left: float
    right: float

    def __call__(self, value: float) -> float:
        """The pixel of a ratio."""
        inside = min(max(value, self.low), self.high)
        share = math.log(inside / self.low) / math.log(self.high / self.low)
        return self.left + share * (self.right - self.left)

    def ticks(self, most: int = 7) -> list[float]:
        """Powers of the smallest step that needs no more than ``most`` marks; 1 is always one of them."""
        for step in STEPS:
            first = math.ceil(math.log(self.low, step) - 1e-9)
            last = math.floor(math.log(self.high, step) + 1e-9)
            if last - first < most:
                break
        return [float(step) ** power for power in range(first, last + 1)]


def around(values: Iterable[float], *, least: float = 0.7, most: float = 2.0) -> tuple[float, float]:
    """The ends of an axis that holds the values, 1, and something on both sides of it."""
    known = [value for value in values if math.isfinite(value) and value > 0]
    return min([least, *(value / 1.12 for value in known)]), max([most, *(value * 1.08 for value in known)])
