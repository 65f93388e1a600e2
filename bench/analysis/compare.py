"""Two saved runs, cell by cell: did something get slower? ("A" is the run before, "B" the run after.)

A ratio is that of seconds per task, B by A: 1.10x takes 10 % longer. Its interval is that of two independent
samples of blocks (see ``compare_interval``) at the same speed of the machine (see ``compare_speed``), at the
level corrected for the cells compared (Bonferroni), and wider on both sides by

    sqrt(a^2 + b^2 + UNSEEN^2)        on the log scale

with a and b the noise floors of the runs: by how much the median of a cell measured twice in the run missed
1, the farthest of those of the same kind of work, or of all where that kind has none.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

import pandas as pd

from bench.analysis.compare_interval import needed
from bench.analysis.compare_match import Identity, Part, alone, parts_of
from bench.analysis.compare_speed import (
    Speeds,
    Times,
    difference,
    exponential,
    figures,
    machine_speed,
    speeds_of_both,
)
from bench.analysis.compared import Compared, Comparison, verdict, what_changed
from bench.analysis.statistics import LEVEL, Estimate
from bench.analysis.summary import Summary
from bench.core.records import Cell, Run

UNSEEN = 0.03
"""By how much a cell may differ between two runs of the same thing without either run seeing it, as a share.
*Here* the medians of two default runs a quarter of an hour apart differed by up to 2.3 %."""


@dataclass(frozen=True)
class RunsCompared(Comparison):
    """Two runs, compared. Of pairs, the first is of A and the second of B."""

    runs: tuple[Run, Run]
    blocks: tuple[int, int]
    speed: Estimate | None  # of the machine, B by A, at 95 %; None: not known
    floors: tuple[float, float]  # the largest, as shares


def compare(before: Run, after: Run, threshold: float) -> RunsCompared:
    """Compare what both runs have; that may be nothing."""
    parts = parts_of(before, after)
    comparisons = sum(len(a.cells.keys() & b.cells.keys()) for a, b in parts)
    level = 1 - (1 - LEVEL) / max(comparisons, 1)
    speeds = (Speeds(), Speeds())
    if parts:
        speeds = speeds_of_both(before, after, parts[0][0].summary, parts[0][1].summary)
    build = {a.name: a.name if len(before.plan.interpreters) > 1 else "" for a, _ in parts}
    cells = [
        _compared(identity, a, b, speeds, level, threshold, build[a.name])
        for a, b in parts
        for identity in a.cells
        if identity in b.cells
    ]
    return RunsCompared(
        runs=(before, after),
        cells=sorted(cells, key=what_changed),
        only=(
            [name for a, b in parts for name in alone(a, b, build[a.name])],
            [name for a, b in parts for name in alone(b, a, build[a.name])],
        ),
        blocks=(_blocks(a for a, _ in parts), _blocks(b for _, b in parts)),
        needed=needed(level),
        level=level,
        threshold=threshold,
        speed=machine_speed(speeds),
        floors=(_floor(a for a, _ in parts), _floor(b for _, b in parts)),
    )


def ratio_of(
    times: tuple[Times, Times],
    speeds: tuple[Speeds, Speeds],
    *,
    bound: str,
    concurrency: int,
    floors: tuple[float, float],
    level: float,
) -> Estimate:
    """The ratio of a cell's seconds per task, corrected for the machine's speed; its interval made wider by
    the noise floors, which are on the log scale, and by what no run sees."""
    apart = difference(*times, speeds, bound=bound, concurrency=concurrency, level=level)
    return exponential(apart, wider=math.hypot(*floors, UNSEEN))


def _compared(
    identity: Identity,
    a: Part,
    b: Part,
    speeds: tuple[Speeds, Speeds],
    level: float,
    threshold: float,
    python: str,
) -> Compared:
    cell = a.cells[identity]
    bound = a.info(cell).bound
    times = _times(a.summary, cell), _times(b.summary, b.cells[identity])
    ratio = ratio_of(
        times,
        speeds,
        bound=bound,
        concurrency=cell.concurrency,
        floors=(a.floor(bound), b.floor(bound)),
        level=level,
    )
    return Compared(
        python=python,
        cell=cell,
        before=median(times[0].seconds.values()),
        after=median(times[1].seconds.values()),
        ratio=ratio,
        verdict=verdict(ratio, level, threshold),
    )


def _times(summary: Summary, cell: Cell) -> Times:
    rows = summary.table[summary.table["key"] == cell.key].set_index("block")
    used = pd.to_numeric(rows["cores_used"], errors="coerce").median()
    return Times(figures(pd.to_numeric(rows["seconds_per_task"])), float(used) if pd.notna(used) else None)


def _blocks(parts: Iterable[Part]) -> int:
    return max((part.summary.blocks for part in parts), default=0)


def _floor(parts: Iterable[Part]) -> float:
    return max((math.expm1(part.floors[""]) for part in parts), default=0.0)
