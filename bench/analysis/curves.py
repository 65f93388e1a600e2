"""Figures against the tasks in flight: a curve for each model, and where one passes another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

import pandas as pd

from bench.analysis.crossings import Crossing, crossing
from bench.analysis.scalability import Law, fit
from bench.analysis.series import ByBlock, by_block, medians, points, ratios
from bench.analysis.statistics import Estimate

RATE = "tasks_per_s"


@dataclass(frozen=True, eq=False)
class Curve:
    """A model on a workload, at every concurrency that was measured."""

    workload: str
    family: str
    client: str
    runner: str
    rows: pd.DataFrame  # its part of the frame
    law: Law | None  # of its throughput, where one holds

    def by_block(self, figure: str) -> ByBlock:
        """A figure by block and concurrency; see ``analysis.frame`` for the names."""
        return by_block(self.rows, "concurrency", figure)

    def over_blocks(self, figure: str) -> dict[float, Estimate]:
        """A figure by concurrency."""
        return dict(points(self.by_block(figure)))

    @property
    def name(self) -> str:
        return f"{self.runner} ({self.client})" if self.client else self.runner

    @property
    def highest(self) -> tuple[float, float]:
        """The concurrency with the highest throughput, and that."""
        return max(medians(self.by_block(RATE)).items(), key=lambda item: item[1])


@dataclass(frozen=True, eq=False)
class Passing:
    """Two models on one family: the one that ends ahead of the other, and from which concurrency on."""

    ahead: Curve
    behind: Curve
    crossing: Crossing


def curves_of(rows: pd.DataFrame, order: Sequence[str]) -> list[Curve]:
    """A curve for each workload and model (in that order), with the law of its growth where that holds."""
    curves = []
    for (workload, runner), seen in rows.groupby(["workload", "runner"], sort=False):
        rates = medians(by_block(seen, "concurrency", RATE))
        client = seen["client"].iloc[0]
        curves.append(
            Curve(
                workload=str(workload),
                family=str(seen["family"].iloc[0]),
                client=client if isinstance(client, str) else "",
                runner=str(runner),
                rows=seen,
                law=fit({round(concurrency): rate for concurrency, rate in rates.items()}),
            )
        )
    return sorted(curves, key=lambda curve: (curve.family, order.index(curve.runner), curve.workload))


def passings(curves: Sequence[Curve], level: float) -> list[Passing]:
    """Of each two curves: where the one that ends ahead passes the other; the highest first."""
    swept = [curve for curve in curves if len(medians(curve.by_block(RATE))) > 1]
    found = []
    for one, other in combinations(sorted(swept, key=lambda curve: -curve.highest[1]), 2):
        common = ratios(one.by_block(RATE), other.by_block(RATE))
        if common:
            last = median(list(block.values())[-1] for block in common)
            ahead, behind = (one, other) if last >= 1 else (other, one)
            pairs = ratios(ahead.by_block(RATE), behind.by_block(RATE))
            found.append(Passing(ahead, behind, crossing(pairs, level)))
    return found
