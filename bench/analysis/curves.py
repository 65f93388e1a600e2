"""Figures against something that was varied, such as the tasks in flight: a curve for each model, and where
one passes another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from statistics import median
from typing import Literal

import pandas as pd

from bench.analysis.scalability import Law, fit
from bench.analysis.statistics import Estimate, estimate
from bench.analysis.verdicts import estimate_ratio

ByBlock = Mapping[int, Mapping[float, float]]  # block -> x -> figure


def by_block(rows: pd.DataFrame, x: str, y: str) -> ByBlock:
    """``y`` by ``x`` in each block; what is not known, or no number, is left out."""
    found: dict[int, dict[float, float]] = {}
    if x not in rows or y not in rows:
        return found
    known = [pd.to_numeric(rows[name], errors="coerce") for name in (x, y)]
    for block, at, value in zip(rows["block"], *known, strict=True):
        if pd.notna(at) and pd.notna(value):
            found.setdefault(int(block), {})[float(at)] = float(value)
    return found


def points(blocks: ByBlock) -> list[tuple[float, Estimate]]:
    """The median over the blocks at each x, with its interval."""
    values: dict[float, list[float]] = {}
    for block in blocks.values():
        for x, value in block.items():
            values.setdefault(x, []).append(value)
    return [(x, estimate(values[x])) for x in sorted(values)]


def ratios(above: ByBlock, below: ByBlock) -> list[dict[float, float]]:
    """One by the other at each x that both have, for each block that has both."""
    shared = []
    for block in sorted(set(above) & set(below)):
        one, other = above[block], below[block]
        common = {x: one[x] / other[x] for x in sorted(set(one) & set(other)) if other[x]}
        if common:
            shared.append(common)
    return shared


def medians(blocks: ByBlock) -> dict[float, float]:
    """The medians alone."""
    return {x: value.median for x, value in points(blocks)}


Kind = Literal["at", "always", "never", "unresolved"]


@dataclass(frozen=True)
class Crossing:
    """Where a ratio rises above a level for good. ``x`` only where ``kind`` is "at"."""

    kind: Kind
    x: Estimate | None = None


def crossing(blocks: Sequence[Mapping[float, float]], level: float) -> Crossing:
    """The x from which on the ratio (by x, one mapping for each block) is at ``level`` or above.

    Found in each block by itself from a rising fit through all its points, on a straight line over logarithms
    between two of them, so that the blocks give the interval. One point that dips below moves nothing; but
    beyond the last x at which the blocks agree that the ratio is below, whatever came before it. "always" and
    "never" when every block says so of the x that were measured, and at none do the blocks agree on the
    opposite; "unresolved" when the interval has no upper end within them.
    """
    # A block that lacks an x, since a cell failed or the run was interrupted, cannot say where it ends.
    every = sorted({x for block in blocks for x in block})
    whole = [[math.log(block[x] / level) for x in every] for block in blocks if len(block) == len(every) > 1]
    if not whole:
        return Crossing("unresolved")
    # On the log scale no value need be positive; an order statistic does not mind.
    bounds = [estimate([block[i] for block in whole]) for i in range(len(every))]
    below = [i for i, each in enumerate(bounds) if each.sure and each.high < 0]
    first = below[-1] if below else 0
    found = [_rises(every[first:], block[first:]) for block in whole]
    if all(x == math.inf for x in found):
        above = any(each.sure and each.low >= 0 for each in bounds)
        return Crossing("unresolved" if above else "never")
    if not below and all(x == every[0] for x in found):
        return Crossing("always")
    place = estimate_ratio(found)
    return Crossing("at", place) if math.isfinite(place.high) else Crossing("unresolved")


def _rises(xs: Sequence[float], logs: Sequence[float]) -> float:
    """Where a rising fit comes to 0, between two x on their log scale: the first where it is above from there
    on, infinity where it is not at the last."""
    fitted = rising(logs)
    after = next((i for i, value in enumerate(fitted) if value >= 0), len(fitted))
    if after == 0:
        return xs[0]
    if after == len(fitted):
        return math.inf
    share = fitted[after - 1] / (fitted[after - 1] - fitted[after])
    return xs[after - 1] * math.exp(share * math.log(xs[after] / xs[after - 1]))


def rising(values: Sequence[float]) -> list[float]:
    """The values that never fall and lie the least absolute distance from those: isotonic median regression
    by pooling adjacent violators (Barlow, Bartholomew, Bremner and Brunk, 1972). With medians, since a single
    value, however far off, is outvoted by two beyond it; means would follow it."""
    pools: list[list[float]] = []
    for value in values:
        pools.append([value])
        while len(pools) > 1 and median(pools[-2]) >= median(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    return [middle for pool in pools for middle in [median(pool)] * len(pool)]


RATE = "tasks_per_s"


@dataclass(frozen=True, eq=False)
class Curve:
    """A model on a workload, over the values of ``x`` that were measured."""

    workload: str
    family: str
    client: str
    runner: str
    rows: pd.DataFrame  # its part of the frame
    x: str  # the column that was varied
    known: dict[str, dict[float, Estimate]] = field(default_factory=dict)  # figures that were asked for

    def by_block(self, figure: str) -> ByBlock:
        """A figure by block and x; see ``analysis.frame`` for the names."""
        return by_block(self.rows, self.x, figure)

    def over_blocks(self, figure: str) -> dict[float, Estimate]:
        """A figure by x."""
        if figure not in self.known:
            self.known[figure] = dict(points(self.by_block(figure)))
        return self.known[figure]

    def line(self, figure: str) -> list[tuple[float, Estimate]]:
        """The same, to be drawn."""
        return list(self.over_blocks(figure).items())

    def points(self, figure: str) -> list[CurvePoint]:
        """The values of x that a figure is known at."""
        return [CurvePoint(self, x, y) for x, y in self.over_blocks(figure).items()]

    @property
    def name(self) -> str:
        return f"{self.runner} ({self.client})" if self.client else self.runner

    @property
    def highest(self) -> tuple[float, float]:
        """The x with the highest throughput, and that."""
        return max(((x, rate.median) for x, rate in self.over_blocks(RATE).items()), key=lambda pair: pair[1])

    @cached_property
    def law(self) -> Law | None:
        """How throughput grows with the tasks in flight, where a law of that holds."""
        return fit({round(x): rate.median for x, rate in self.over_blocks(RATE).items()})


@dataclass(frozen=True)
class CurvePoint:
    """One x of a curve."""

    curve: Curve
    x: float
    y: Estimate  # the figure that was asked for

    def figure(self, name: str) -> Estimate | None:
        """Another figure there."""
        return self.curve.over_blocks(name).get(self.x)


def paired(one: CurvePoint, other: CurvePoint, figure: str) -> list[float]:
    """A figure at one point by that at the other, in each block that has both."""
    above, below = (
        {block: line[point.x] for block, line in point.curve.by_block(figure).items() if point.x in line}
        for point in (one, other)
    )
    return [above[block] / below[block] for block in sorted(above.keys() & below.keys()) if below[block]]


@dataclass(frozen=True, eq=False)
class Passing:
    """Two models on one family: the one that ends ahead of the other, and from which concurrency on."""

    ahead: Curve
    behind: Curve
    crossing: Crossing


def curves_of(rows: pd.DataFrame, x: str, order: Sequence[str] = ()) -> list[Curve]:
    """A curve for each workload and model, by family; the models in that order if one is given."""
    curves = []
    for (workload, runner), seen in rows.groupby(["workload", "runner"], sort=False):
        family, client = seen["family"].iloc[0], seen["client"].iloc[0]
        named = client if isinstance(client, str) else ""
        curves.append(Curve(str(workload), str(family), named, str(runner), seen, x))
    rank = {runner: place for place, runner in enumerate(order)}
    return sorted(
        curves, key=lambda curve: (curve.family, rank.get(curve.runner, 0), curve.workload, curve.runner)
    )


def passings(curves: Sequence[Curve], level: float) -> list[Passing]:
    """Of each two curves: where the one that ends ahead passes the other; the highest first."""
    swept = [curve for curve in curves if len(curve.over_blocks(RATE)) > 1]
    found = []
    for one, other in combinations(sorted(swept, key=lambda curve: -curve.highest[1]), 2):
        common = ratios(one.by_block(RATE), other.by_block(RATE))
        if common:
            last = median(list(block.values())[-1] for block in common)
            ahead, behind = (one, other) if last >= 1 else (other, one)
            pairs = ratios(ahead.by_block(RATE), behind.by_block(RATE))
            found.append(Passing(ahead, behind, crossing(pairs, level)))
    return found
