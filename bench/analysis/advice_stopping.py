"""Which cells of the advice need no more blocks: those far behind the best, and all of them once it is clear
which is the best and that it gains, or that none does. What a few blocks leave open is looked at with an
interval after every sixth."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd

from bench.analysis.builds import by_build
from bench.analysis.curves import CurvePoint, curves_of
from bench.analysis.function_rows import function_rows, is_sent
from bench.analysis.summary import Summary
from bench.analysis.verdicts import GAINS
from bench.core.run import Run
from bench.planning.study import FEWEST_BLOCKS

FAR_BEHIND = 0.8  # of the best in its worst block, in the best block of what is behind it
FAR_BEHIND_AT_ONCE = 0.5  # the same after a single block
ALIKE = 1.25  # largest speed-up of the best by its smallest, unless the smallest exceeds a gain by as much
NO_GAIN = 1.1  # a speed-up that no block exceeds: below what is worth a change of model
CLEAR_BLOCKS = 3


def advice_settled(run: Run) -> set[str]:
    """Keys of the cells. Of several builds that the user named all are over at once; a cell is dropped where
    it is far behind on each of them."""
    builds = [build for build in by_build(run) if not build.python.beside]
    if any(build.python.compared_with for build in builds):  # two revisions: their figures are asked for
        rivals = [rivals_of(points_of(function_rows(build))) for build in builds]
        return set(run.plan.cell) if has_interval(run) and all(map(is_decided, rivals)) else set()
    looks = [settling(build, time_for_intervals=has_interval(run)) for build in builds]
    if all(each.over for each in looks):
        return set(run.plan.cell)
    everywhere = set.intersection(*(set(each.behind) for each in looks))
    if len(run.plan.interpreters) > 1:  # builds are compared by these
        everywhere -= {min((way for way in everywhere if way[0] == "threading"), default=("", 0.0))}
    return {each.behind[way] for each in looks for way in everywhere}


@dataclass(frozen=True)
class Settling:
    """What a build needs no more: all, or what is far behind the best; keys by model and tasks in flight."""

    over: bool
    behind: dict[tuple[str, float], str] = field(default_factory=dict)


def settling(build: Summary, *, time_for_intervals: bool) -> Settling:
    """At a build."""
    rows = function_rows(build)
    points = points_of(rows)
    rivals = rivals_of(points)
    if not build.beside and all(cell.runner == "sync" for cell in build.run.plan.cells):  # nothing to compare
        return Settling(over=len(rows) > 0)
    if not rivals:  # the plain loop has no result: nothing to wait for
        return Settling(over=time_for_intervals)
    best = max(rivals, key=lambda point: point.y.median)
    behind = [point for point in points if is_far_behind(point, best)]
    rest = [point for point in rivals if point not in behind]
    over = is_over(best, rest) or (time_for_intervals and is_decided(rest))
    return Settling(over, {(point.curve.runner, point.x): key_of(point) for point in behind})


def points_of(rows: pd.DataFrame) -> list[CurvePoint]:
    """The speed-ups of the models beside the plain loop."""
    curves = curves_of(rows, "concurrency") if len(rows) else []
    return [point for curve in curves for point in curve.points("speedup") if curve.runner != "sync"]


def rivals_of(points: Sequence[CurvePoint]) -> list[CurvePoint]:
    """Those that may be advised."""
    return [point for point in points if not is_sent(point)]


def has_interval(run: Run) -> bool:
    """Whether it is time to look at intervals: seldom, since each look is another chance to err."""
    blocks = 1 + max((result.block for result in run.results), default=-1)
    return blocks > 0 and blocks % FEWEST_BLOCKS == 0


def is_decided(rivals: Sequence[CurvePoint]) -> bool:
    """Whether one of them surely gains, or none does."""
    return any(point.y.low >= GAINS for point in rivals) or all(point.y.high < GAINS for point in rivals)


def is_far_behind(point: CurvePoint, best: CurvePoint) -> bool:
    """Whether it is so far behind the best that more blocks would not change that."""
    ratios = blocks_of(point)
    share = FAR_BEHIND if len(ratios) > 1 else FAR_BEHIND_AT_ONCE
    return max(ratios) < share * min(blocks_of(best))


def is_over(best: CurvePoint, rest: Sequence[CurvePoint]) -> bool:
    """Whether a few blocks agree that none of those that are not far behind gains; or on what the best gains,
    and of each other whether it does."""
    ratios = blocks_of(best)
    if len(ratios) < CLEAR_BLOCKS:
        return False
    if all(map(gains_nothing, rest)):
        return True
    decided = all(gains_nothing(point) or min(blocks_of(point)) > GAINS for point in rest)
    surely = min(ratios) > GAINS * ALIKE or max(ratios) < ALIKE * min(ratios)
    return decided and min(ratios) > GAINS and surely


def gains_nothing(point: CurvePoint) -> bool:
    return max(blocks_of(point)) < NO_GAIN


def blocks_of(point: CurvePoint) -> list[float]:
    """Its speed-up in each block."""
    blocks = point.curve.by_block("speedup").values()
    return [block[point.x] for block in blocks if point.x in block]


def key_of(point: CurvePoint) -> str:
    """The key of its cell."""
    rows = point.curve.rows
    return str(rows.loc[rows["concurrency"] == point.x, "key"].iloc[0])
