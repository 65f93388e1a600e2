"""Figures against something that was varied, such as the tasks in flight: a curve for each model, and where
one passes another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from statistics import median

import pandas as pd

from bench.analysis.crossings import Crossing, crossing
from bench.analysis.scalability import Law, fit
from bench.analysis.series import ByBlock, by_block, points, ratios
from bench.analysis.statistics import Estimate

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
        return [CurvePoint(self, x) for x in self.over_blocks(figure)]

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

    def figure(self, name: str) -> Estimate | None:
        """A figure there."""
        return self.curve.over_blocks(name).get(self.x)


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
