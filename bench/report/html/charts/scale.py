"""From values to pixels, and where an axis has its ticks."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Grid:
    """Places for ticks: so many times each power of ``base``."""

    base: int
    times: Sequence[int] = (1,)

    def within(self, low: float, high: float) -> list[float]:
        """Those from ``low`` to ``high``."""
        first = math.floor(math.log(low, self.base)) - 1
        last = math.ceil(math.log(high, self.base))
        places = [
            factor * float(self.base) ** power for power in range(first, last + 1) for factor in self.times
        ]
        return [place for place in places if low * (1 - 1e-9) <= place <= high * (1 + 1e-9)]


# From the densest to the one that has room for anything.
RATIOS = (Grid(2), Grid(4), Grid(10), Grid(100), Grid(1000))
DECIMALS = (Grid(10, (1, 2, 5)), Grid(10, (1, 3)), *RATIOS[2:], Grid(10**6))
POWERS_OF_2 = (Grid(2), Grid(4), Grid(16), Grid(64), Grid(1024), Grid(2**20))


@dataclass(frozen=True)
class LogScale:
    """A logarithmic axis from the pixel ``start`` to the pixel ``end``, which lies above it on an axis that
    goes up. What lies outside is drawn at its end."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel of a value."""
        return self.unbounded(min(max(value, self.low), self.high))

    def unbounded(self, value: float) -> float:
        """The pixel of a value, wherever that is."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int = 7, grids: Sequence[Grid] = RATIOS, unit: float = 1.0) -> list[float]:
        """The places of the densest grid that needs no more than ``most``; of a short axis even steps, round
        as numbers of the ``unit``."""
        for grid in grids:
            places = grid.within(self.low, self.high)
            if len(places) <= most:
                break
        if len(places) > 1:
            return places
        return [step * unit for step in even_steps(self.low / unit, self.high / unit)]


def even_steps(low: float, high: float) -> list[float]:
    """Three to seven round values between two that no power lies between."""
    size = 10.0 ** math.floor(math.log10((high - low) / 3))
    step = next((factor * size for factor in (5, 2) if factor * size <= (high - low) / 3), size)
    return [count * step for count in range(math.ceil(low / step), math.floor(high / step) + 1)]


def drawable(value: float) -> bool:
    """Whether a logarithmic axis can show the value."""
    return math.isfinite(value) and 1e-30 < value < 1e30


def around(values: Iterable[float], *, least: float = 0.7, most: float = 2.0) -> tuple[float, float]:
    """The ends of an axis that holds the values, 1, and something on both sides of it."""
    known = [value for value in values if math.isfinite(value) and value > 0]
    return min([least, *(value / 1.12 for value in known)]), max([most, *(value * 1.08 for value in known)])


def spanning(values: Iterable[float]) -> tuple[float, float]:
    """The ends of an axis that holds the values, with a margin, and twice the lowest even if they are one."""
    known = [value for value in values if drawable(value)] or [1.0, 10.0]
    low, high = min(known), max(known)
    wider = max((high / low) ** 0.04, math.sqrt(2 * low / high))
    return low / wider, high * wider
