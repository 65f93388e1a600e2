"""Latency under load: each model at shares of its own capacity."""

from __future__ import annotations

import pandas as pd

from bench.analysis.curves import Curve, CurvePoint, curves_of
from bench.analysis.series import ratios
from bench.analysis.statistics import LEVEL, Estimate, estimate

NEEDED = ["n", "wall_s", "load", "capacity", "rate", "p50_s", "p95_s", "p99_s", "late_s"]
BEHIND = 1.1  # a batch that lasts so much longer than its arrivals did not keep up with them


def by_load(rows: pd.DataFrame) -> list[Curve]:
    """Every workload and model that was measured, by load. ``lasted`` is the batch's wall time over that of
    its arrivals."""
    if not set(NEEDED) <= set(rows):
        return []
    usable = rows.dropna(subset=NEEDED)
    return curves_of(usable.assign(lasted=usable["wall_s"] * usable["rate"] / usable["n"]), "load")


def p99_growth(curve: Curve) -> Estimate | None:
    """The p99 at the highest load over that at the lowest, block by block."""
    loads = list(curve.over_blocks("p99_s"))
    first, last = loads[0], loads[-1]
    blocks = curve.by_block("p99_s").values()
    pairs = [line[last] / line[first] for line in blocks if line.get(first) and last in line]
    return estimate(pairs) if pairs and first < last else None


def fell_behind(point: CurvePoint) -> bool:
    """Whether tasks came faster than they were done, so that the latency grows with the batch."""
    lasted = point.figure("lasted")
    return lasted is not None and lasted.median > BEHIND


def tied(one: CurvePoint, best: CurvePoint, rivals: int) -> bool:
    """Whether the p99 of ``one`` is not shown to be above that of ``best``, with so many ``rivals`` that are
    compared with it."""
    pairs = ratios(one.curve.by_block("p99_s"), best.curve.by_block("p99_s"))
    shared = [pair[one.x] for pair in pairs if one.x in pair]
    level = 1 - (1 - LEVEL) / max(rivals, 1)
    return not shared or estimate(shared, level).low <= 1
