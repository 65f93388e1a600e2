"""What a difference in the machine's speed makes of a cell's time, and how it is taken out.

Every block measures the machine's speed (the calibration cell), and a cell's time in a block is multiplied
by the speed in that block, to the power of the share of its time that the processor's speed scales:

==================== ==========================================================================
what computes        all of it ("cpu", and the cost of dispatch: "none")
what waits or both   at least its CPU time by wall / tasks in flight, as if waiting always hid it; at most
                     its CPU time by wall, as if nothing did. Waiting itself is not scaled
more than one core   the speed of one process alone, and that of as many as there are cores together
==================== ==========================================================================

Where these leave more than one answer, the interval reaches over all of them. As the speeds are corrected
block by block, their own scatter is in the interval.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

import pandas as pd

from bench.analysis.differences import same_python
from bench.analysis.rank_intervals import shift
from bench.analysis.statistics import LEVEL, Estimate
from bench.analysis.summary import Summary
from bench.core.records import CALIBRATION, Interpreter, Run

UNKNOWN_SPEED = 0.10  # by so much the machine's speed may differ where it was not measured
LARGEST = 700.0  # log of a ratio, of which a float can hold no more
SEVERAL_CORES = 1.05  # cores used; above it a cell computed in parallel

Figures = Mapping[int, float]  # by block


@dataclass(frozen=True)
class Speeds:
    """The machine's speed in each block of a run, in rounds a second: of one process alone, and of one on
    each core together. Empty: not measured, or not to be compared."""

    alone: Figures = field(default_factory=dict)
    together: Figures = field(default_factory=dict)


@dataclass(frozen=True)
class CellTimes:
    """A cell in one run: seconds per task by block, and the cores that it used (None: not known)."""

    seconds: Figures
    cores_used: float | None = None


def speeds_of_both(before: Run, after: Run, a: Summary, b: Summary) -> tuple[Speeds, Speeds]:
    """What the calibration cells found, if the same Python measured both: else the rates tell Pythons apart,
    not the machine then and now. ``a`` and ``b`` are the runs, or any builds of them, summed up."""
    if not same_python(_calibrated_by(before), _calibrated_by(after)):
        return Speeds(), Speeds()
    return _speeds(a), _speeds(b)


def machine_speed(speeds: tuple[Speeds, Speeds]) -> Estimate | None:
    """How fast one process alone computed, after by before; None: not known."""
    then, now = ([math.log(rate) for rate in each.alone.values()] for each in speeds)
    return exponential(shift(then, now, LEVEL)) if then and now else None


def exponential(value: Estimate, wider: float = 0.0) -> Estimate:
    """A difference of logs as a ratio, its interval wider by so much on both sides."""
    bounds = (value.median, value.low - wider, value.high + wider)
    middle, low, high = (math.exp(min(max(log, -LARGEST), LARGEST)) for log in bounds)
    return Estimate(middle, low, high, value.level, value.n)


def _calibrated_by(run: Run) -> Interpreter | None:
    names = {cell.python for cell in run.plan.cells if cell.study == CALIBRATION}
    return next((python for python in run.plan.interpreters if python.name in names), None)


def _speeds(summary: Summary) -> Speeds:
    rows = summary.of(CALIBRATION)
    if rows.empty:
        return Speeds()
    rows = rows.set_index("block")
    alone = pd.to_numeric(rows["spin_rate"], errors="coerce")
    return Speeds(figures(alone), figures(alone * pd.to_numeric(rows["effective_cores"], errors="coerce")))


def figures(column: pd.Series[float]) -> dict[int, float]:
    """A column by block: what is known and above zero, as logarithms take it."""
    known = pd.to_numeric(column, errors="coerce")
    return {int(str(block)): float(value) for block, value in known.items() if 0 < value < math.inf}


def shares(bound: str, concurrency: int, cores_used: Sequence[float]) -> tuple[float, float]:
    """The least and the most of a cell's time that the processor's speed scales."""
    if bound in ("cpu", "none"):
        return 1.0, 1.0
    if not cores_used:
        return 0.0, 1.0
    most = min(1.0, max(cores_used))
    return min(most, min(cores_used) / concurrency), most


def ratio_of(
    before: CellTimes,
    after: CellTimes,
    speeds: tuple[Speeds, Speeds],
    *,
    bound: str,
    concurrency: int,
    wider: float,
    level: float,
) -> Estimate:
    """The ratio of seconds per task, after by before, at the same speed of the machine; its interval, on the
    log scale, ``wider`` on both sides."""
    used = [times.cores_used for times in (before, after) if times.cores_used is not None]
    least, most = shares(bound, concurrency, used)
    pairs = [(speeds[0].alone, speeds[1].alone)]
    if max(used, default=0) > SEVERAL_CORES:
        pairs.append((speeds[0].together, speeds[1].together))
    if not all(figures for pair in pairs for figures in pair):  # the speed was not measured
        pairs, least = [({}, {})], most
        wider += most * math.log1p(UNKNOWN_SPEED)
    found = [
        shift(corrected(before.seconds, then, share), corrected(after.seconds, now, share), level)
        for then, now in pairs
        for share in dict.fromkeys((least, most))
    ]
    middles = [each.median for each in found]
    low, high = min(each.low for each in found), max(each.high for each in found)
    middle = (min(middles) + max(middles)) / 2
    return exponential(Estimate(middle, low, high, found[0].level, found[0].n), wider)


def corrected(seconds: Figures, speeds: Figures, share: float) -> list[float]:
    """Logs of the times at the speed 1; a block that did not measure its speed has that of the others."""
    usual = median(speeds.values()) if speeds else 1.0
    return [math.log(s) + share * math.log(speeds.get(block, usual)) for block, s in seconds.items()]
