"""Two saved runs compared: the ratio of independent samples, corrected for the machine's speed.

A ratio's interval is that of two independent samples of blocks (see ``rank_intervals``) at the same speed of
the machine (see ``compare_speed``), and wider on both sides by

    sqrt(a^2 + b^2 + UNSEEN^2)        on the log scale

with a and b the noise floors of the runs: by how much the median of a cell measured twice in the run missed
1, the farthest of those of the same kind of work, or of all where that kind has none.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.builds import by_build
from bench.analysis.compare_speed import (
    CellTimes,
    Speeds,
    figures,
    machine_speed,
    ratio_of,
    speeds_of_both,
)
from bench.analysis.comparison import Comparison, Estimated, Identity, Side, compare
from bench.analysis.rank_intervals import blocks_for_two
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.core.records import MAIN, Cell, Run

NO_FLOOR = 0.03  # of a run without a cell measured twice
UNSEEN = 0.03
"""By how much a cell may differ between two runs of the same thing without either run seeing it, as a share.
*Here* the medians of two default runs a quarter of an hour apart differed by up to 2.3 %."""


@dataclass(frozen=True)
class BuildTimes:
    """What one build measured in one run."""

    summary: Summary
    floors: Mapping[str, float]  # by bound, and the largest under ""; on the log scale

    def times(self, cell: Cell) -> CellTimes:
        rows = self.summary.table[self.summary.table["key"] == cell.key].set_index("block")
        used = pd.to_numeric(rows["cores_used"], errors="coerce").median()
        seconds = figures(pd.to_numeric(rows["seconds_per_task"]))
        return CellTimes(seconds, float(used) if pd.notna(used) else None)

    def floor(self, bound: str = "") -> float:
        """The noise floor of that kind of work, or the largest where the run has none of it."""
        return self.floors.get(bound, self.floors[""])


@dataclass(frozen=True)
class TwoRuns:
    """What was compared, and what was corrected for. Of pairs, the first is of A and the second of B."""

    runs: tuple[Run, Run]
    blocks: Sequence[int]
    speed: Estimate | None  # of the machine, B by A, at 95 %; None: not known
    floors: Sequence[float]  # the largest, as shares


def compare_runs(before: Run, after: Run, threshold: float) -> Comparison[TwoRuns]:
    """Compare what both runs have. Builds are matched by name, but one with one whatever they are called."""
    parts = [(_part(a), _part(b)) for a, b in builds_of_both(before, after)]
    mine, theirs = ({key: pair[i] for pair in parts for key in pair[i].summary.run.plan.cell} for i in (0, 1))
    speeds = (Speeds(), Speeds())
    if parts:
        speeds = speeds_of_both(before, after, parts[0][0].summary, parts[0][1].summary)
    several = len(before.plan.interpreters) > 1
    bounds = {info.label: info.bound for info in before.plan.workloads}

    def estimate(one: Cell, other: Cell, level: float) -> Estimated:
        a, b, bound = mine[one.key], theirs[other.key], bounds[one.workload]
        then, now = a.times(one), b.times(other)
        wider = math.hypot(a.floor(bound), b.floor(bound), UNSEEN)
        ratio = ratio_of(
            then, now, speeds, bound=bound, concurrency=one.concurrency, wider=wider, level=level
        )
        return then.seconds, now.seconds, ratio

    each = [pair[0] for pair in parts], [pair[1] for pair in parts]
    how = TwoRuns(
        (before, after),
        [max((part.summary.blocks for part in side), default=0) for side in each],
        machine_speed(speeds),
        [max((math.expm1(part.floor()) for part in side), default=0.0) for side in each],
    )
    builds = [a.summary.python.name if several else "" for a, _ in parts]
    sides = [(_side(a, build), _side(b, build)) for (a, b), build in zip(parts, builds, strict=True)]
    return compare(sides, estimate, blocks_for_two, threshold, how)


def builds_of_both(before: Run, after: Run) -> list[tuple[Summary, Summary]]:
    """The builds that are compared, summed up: those of one name, but one against one in any case."""
    a, b = by_build(before), by_build(after)
    if len(a) == len(b) == 1:
        return [(a[0], b[0])]
    others = {summary.python.name: summary for summary in b}
    return [(one, others[name]) for one in a if (name := one.python.name) in others]


def _side(part: BuildTimes, build: str) -> Side:
    cells: dict[Identity, Cell] = {}
    for row in part.summary.rows:
        if row.seconds_per_task.median > 0:  # 0: a file that somebody edited
            cells.setdefault(Identity.of(row.cell), row.cell)
    planned = {Identity.of(cell) for cell in part.summary.run.plan.cells if cell.study == MAIN}
    return Side(build, cells, planned)


def _part(summary: Summary) -> BuildTimes:
    """With the floors: by how much the medians of cells measured twice miss 1, the farthest of each bound."""
    bounds = {(row.cell.workload, row.cell.runner): row.info.bound for row in summary.rows}
    missed = [
        (bounds.get((each.workload, each.runner), ""), abs(math.log(each.ratio.median)))
        for each in summary.noise
    ]
    floors = {"": max((size for _, size in missed), default=NO_FLOOR)}
    for bound, size in missed:
        floors[bound] = max(size, floors.get(bound, 0.0))
    return BuildTimes(summary, floors)
