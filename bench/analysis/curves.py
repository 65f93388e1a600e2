"""Throughput against the tasks in flight: a curve for each model, and where one passes another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

import pandas as pd

from bench.analysis.crossings import Crossing, crossing
from bench.analysis.scalability import Law, fit
from bench.analysis.series import ByBlock, by_block, medians, ratios


@dataclass(frozen=True, eq=False)
class Curve:
    """A model on a workload, over the levels."""

    workload: str
    family: str
    client: str
    runner: str
    throughput: ByBlock
    law: Law | None

    @property
    def name(self) -> str:
        return f"{self.runner} ({self.client})" if self.client else self.runner

    @property
    def highest(self) -> tuple[float, float]:
        """The level with the highest throughput, and that."""
        return max(medians(self.throughput).items(), key=lambda item: item[1])


def curves_of(rows: pd.DataFrame, order: Sequence[str]) -> list[Curve]:
    """A curve for each workload and model (in that order), with the law of its growth where that holds."""
    curves = []
    for (workload, runner), seen in rows.groupby(["workload", "runner"], sort=False):
        throughput = by_block(seen, "concurrency", "tasks_per_s")
        levels = {round(level): value for level, value in medians(throughput).items()}
        client = seen["client"].iloc[0]
        curves.append(
            Curve(
                workload=str(workload),
                family=str(seen["family"].iloc[0]),
                client=client if isinstance(client, str) else "",
                runner=str(runner),
                throughput=throughput,
                law=fit(levels),
            )
        )
    return sorted(curves, key=lambda curve: (curve.family, order.index(curve.runner), curve.workload))


def crossings_of(curves: Sequence[Curve], level: float) -> dict[tuple[Curve, Curve], Crossing]:
    """Of each two curves: where the one that ends ahead passes the other; the highest first."""
    swept = [curve for curve in curves if len(medians(curve.throughput)) > 1]
    found = {}
    for one, other in combinations(sorted(swept, key=lambda curve: -curve.highest[1]), 2):
        common = ratios(one.throughput, other.throughput)
        if not common:
            continue
        last = median(list(block.values())[-1] for block in common)
        ahead, behind = (one, other) if last >= 1 else (other, one)
        found[ahead, behind] = crossing(ratios(ahead.throughput, behind.throughput), level)
    return found
