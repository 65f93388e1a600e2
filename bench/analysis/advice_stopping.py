"""Which cells of the advice need no more blocks: those far behind the best, and all of them once it is clear
which is the best and what it gains."""

from bench.analysis.builds import by_build
from bench.analysis.curves import CurvePoint, curves_of
from bench.analysis.verdicts import GAINS
from bench.core.run import Run

FAR_BEHIND = 0.8  # of the best in its worst block, in the best block of what is behind it
ALIKE = 1.1  # largest speed-up of a cell by its smallest
NO_GAIN = 1.1  # a speed-up that no block exceeds: below what is worth a change of model
CLEAR_BLOCKS = 3


def advice_settled(run: Run) -> set[str]:
    """Keys of the cells. None of a run over several builds, where what is compared are these."""
    if len(run.plan.interpreters) > 1:
        return set()
    (summary,) = by_build(run)
    rows = summary.of("advice")
    curves = curves_of(rows, "concurrency") if len(rows) else []
    points = [point for curve in curves for point in curve.points("speedup") if curve.runner != "sync"]
    if not points:
        return set()
    best = max(points, key=lambda point: point.y.median)
    behind = [point for point in points if max(blocks_of(point)) < FAR_BEHIND * min(blocks_of(best))]
    rest = [point for point in points if point not in behind]
    if all(is_clear(point) for point in rest):
        return set(run.plan.cell)
    return {key for point in behind for key in keys_of(run, point)}


def is_clear(point: CurvePoint) -> bool:
    """Whether a few blocks agree on what it gains, or that it gains nothing."""
    ratios = blocks_of(point)
    low, high = min(ratios), max(ratios)
    return len(ratios) >= CLEAR_BLOCKS and (high < NO_GAIN or (low > GAINS and high < ALIKE * low))


def blocks_of(point: CurvePoint) -> list[float]:
    """Its speed-up in each block."""
    blocks = point.curve.by_block("speedup").values()
    return [block[point.x] for block in blocks if point.x in block]


def keys_of(run: Run, point: CurvePoint) -> list[str]:
    """The key of its cell."""
    return [
        cell.key
        for cell in run.plan.cells
        if cell.study == "advice" and (cell.runner, cell.concurrency) == (point.curve.runner, round(point.x))
    ]
