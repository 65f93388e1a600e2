"""Two saved runs compared: how fast B is by A, from independent samples, at the same speed of the machine.

The shift between the logs of a cell's times in A and in B (see ``rank_intervals``) is corrected once, by the
machine's speed in B by that in A (the calibration cell measures it in every block) to the power of the share
of the cell's time that the processor's speed scales:

==================== ===================================================================================
what computes        all of it ("cpu", and the cost of dispatch: "none")
what waits or both   between its CPU time by wall / tasks in flight, as if waiting always hid it, and its CPU
                     time by wall, as if nothing did: the middle. Waiting itself is not scaled
more than one core   by the speed of as many processes as there are cores together, else of one alone
==================== ===================================================================================

The interval's halves and these errors, which are independent of each other, add as squares on the log scale:

- of the speed, that share of half its interval at 95 %: all cells have this error in common, so that it is
  taken once, not at the level that is corrected for their number;
- of the share: the distance between the two speeds times half its range, and times ``STRANGE`` of it for the
  code that another processor speeds up more or less than what measures the speed;
- of each run its noise floor: by how much the median of a cell measured twice missed 1, the farthest of those
  of the same kind of work, or of all where that kind has none;
- what no run can see: ``UNSEEN_WAITING``, and that share of ``UNSEEN_COMPUTING``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from bench.analysis.builds import by_build
from bench.analysis.comparison import Comparison, Estimated, Identity, Side, Times, compare
from bench.analysis.differences import same_python
from bench.analysis.frame import median
from bench.analysis.rank_intervals import blocks_for_two, shift
from bench.analysis.statistics import LEVEL, Estimate, exponential
from bench.analysis.summary import Summary
from bench.core.cell import CALIBRATION, MAIN, Cell
from bench.core.run import Interpreter, Run

GAUGE = "gauge_rate"
NO_FLOOR = 0.03  # of a run without a cell measured twice
UNKNOWN_SPEED = 0.10  # by so much the machine's speed may differ where it was not measured
SEVERAL_CORES = 1.05  # cores used; above it a cell computed in parallel
STRANGE = 0.5
"""Of two processors the one ran an empty loop 2.0 times as fast as the other, code in Python 1.7 times and
hashing in C 1.4 times: hashing has 0.49 of the loop's logarithm and 0.63 of that of code in Python."""
UNSEEN_WAITING, UNSEEN_COMPUTING = 0.01, 0.03
"""By how much a cell may differ between two runs of the same thing without either run seeing it, as a share:
the medians of default runs on one machine differed by 0.5 to 1 % for what waits, by 3 % for what computes."""


@dataclass(frozen=True)
class Speeds:
    """The machine's speed in a run, the log of rounds a second in each block: of one process alone, and of
    one on each core together. Empty: not measured, or not to be compared."""

    alone: Sequence[float] = ()
    together: Sequence[float] = ()


@dataclass(frozen=True)
class CellTimes:
    """A cell in one run: seconds per task by block, and the cores that it used (None: not known)."""

    seconds: Times
    cores_used: float | None = None


@dataclass(frozen=True)
class BuildTimes:
    """What one build measured in one run."""

    summary: Summary
    floors: Mapping[str, float]  # by bound, and the largest under ""; on the log scale
    speeds: Speeds = field(default_factory=Speeds)

    def times(self, cell: Cell) -> CellTimes:
        rows = self.summary.table[self.summary.table["key"] == cell.key].set_index("block")
        seconds = pd.to_numeric(rows["seconds_per_task"], errors="coerce")
        known = {int(str(block)): float(each) for block, each in seconds.items() if 0 < each < math.inf}
        return CellTimes(known, median(rows["cores_used"]))

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
    both = builds_of_both(before, after)
    gauge = gauge_of(before, after, [summary for pair in both for summary in pair])
    parts = [(_part(a, gauge), _part(b, gauge)) for a, b in both]
    mine, theirs = ({key: pair[i] for pair in parts for key in pair[i].summary.run.plan.cell} for i in (0, 1))
    several = len(before.plan.interpreters) > 1
    bounds = {info.label: info.bound for info in before.plan.workloads}

    def estimate(one: Cell, other: Cell, level: float) -> Estimated:
        a, b, bound = mine[one.key], theirs[other.key], bounds[one.workload]
        then, now = a.times(one), b.times(other)
        least, most = share_scaled(bound, one.concurrency, (then.cores_used, now.cores_used))
        floors = math.hypot(a.floor(bound), b.floor(bound))
        speed = speed_of(then, now, a.speeds, b.speeds)
        return then.seconds, now.seconds, ratio_of(then, now, speed, least, most, floors, level)

    each = [pair[0] for pair in parts], [pair[1] for pair in parts]
    speed = difference(parts[0][0].speeds.alone, parts[0][1].speeds.alone) if parts else None
    how = TwoRuns(
        (before, after),
        [max((part.summary.blocks for part in side), default=0) for side in each],
        exponential(speed) if speed else None,
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


def gauge_of(before: Run, after: Run, builds: Iterable[Summary]) -> str | None:
    """The column that tells the machine's speed: of ordinary Python, or in older runs of an empty loop. None
    where other Pythons measured it: the rates would tell these apart, not the machine."""
    if not same_python(_calibrated_by(before), _calibrated_by(after)):
        return None
    known = [build.of(CALIBRATION) for build in builds]
    return GAUGE if all(GAUGE in rows and rows[GAUGE].notna().any() for rows in known) else "spin_rate"


def share_scaled(bound: str, concurrency: int, cores_used: Iterable[float | None]) -> tuple[float, float]:
    """The least and the most of a cell's time that the processor's speed scales."""
    if bound in ("cpu", "none"):
        return 1.0, 1.0
    used = [cores for cores in cores_used if cores is not None]
    if not used:
        return 0.0, 1.0
    most = min(1.0, max(used))
    return min(most, min(used) / concurrency), most


def speed_of(before: CellTimes, after: CellTimes, then: Speeds, now: Speeds) -> Estimate | None:
    """The machine's speed after by before, as a cell had it: a difference of logs; None: not known."""
    if max(before.cores_used or 0, after.cores_used or 0) > SEVERAL_CORES:
        return difference(then.together, now.together)
    return difference(then.alone, now.alone)


def difference(then: Sequence[float], now: Sequence[float]) -> Estimate | None:
    """By how much logs differ, at 95 %; None without any."""
    return shift(then, now, LEVEL) if then and now else None


def ratio_of(
    before: CellTimes,
    after: CellTimes,
    speed: Estimate | None,
    least: float,
    most: float,
    floors: float,
    level: float,
) -> Estimate:
    """How fast a cell is after by before, at the same speed of the machine, whose difference of logs is
    ``speed``; ``least`` and ``most`` of its time scale with that."""
    then, now = ([math.log(seconds) for seconds in each.seconds.values()] for each in (before, after))
    found = shift(now, then, level)
    share = (least + most) / 2
    moved, unsure = (
        (speed.median, (speed.high - speed.low) / 2) if speed else (0.0, math.log1p(UNKNOWN_SPEED))
    )
    middle = found.median - share * moved
    wider = math.hypot(
        share * unsure,
        moved * ((most - least) / 2 + STRANGE * share),
        floors,
        math.log1p(UNSEEN_WAITING),
        share * math.log1p(UNSEEN_COMPUTING),
    )
    low, high = (math.hypot(found.median - found.low, wider), math.hypot(found.high - found.median, wider))
    return exponential(Estimate(middle, middle - low, middle + high, found.level, found.n))


def _calibrated_by(run: Run) -> Interpreter | None:
    names = {cell.python for cell in run.plan.cells if cell.study == CALIBRATION}
    return next((python for python in run.plan.interpreters if python.name in names), None)


def _side(part: BuildTimes, build: str) -> Side:
    cells: dict[Identity, Cell] = {}
    for row in part.summary.rows:
        if row.seconds_per_task.median > 0:  # 0: a file that somebody edited
            cells.setdefault(Identity.of(row.cell), row.cell)
    planned = {Identity.of(cell) for cell in part.summary.run.plan.cells if cell.study == MAIN}
    return Side(build, cells, planned)


def _part(summary: Summary, gauge: str | None) -> BuildTimes:
    """With the floors, by how much the medians of cells measured twice miss 1, the farthest of each bound;
    and with the speeds that the gauge tells."""
    bounds = {(row.cell.workload, row.cell.runner): row.info.bound for row in summary.rows}
    missed = [
        (bounds.get((each.workload, each.runner), ""), abs(math.log(each.ratio.median)))
        for each in summary.noise
    ]
    floors = {"": max((size for _, size in missed), default=NO_FLOOR)}
    for bound, size in missed:
        floors[bound] = max(size, floors.get(bound, 0.0))
    rows = summary.of(CALIBRATION)
    if rows.empty or gauge is None:
        return BuildTimes(summary, floors)
    alone = pd.to_numeric(rows[gauge], errors="coerce")
    together = alone * pd.to_numeric(rows["effective_cores"], errors="coerce")
    return BuildTimes(summary, floors, Speeds(_logs(alone), _logs(together)))


def _logs(rates: Iterable[float]) -> list[float]:
    return [math.log(rate) for rate in rates if 0 < rate < math.inf]
