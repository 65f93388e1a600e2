"""GIL crossover: from which size C code that releases the GIL is worth threads."""

from collections.abc import Sequence

from bench.analysis.curves import Crossing, Curve, CurvePoint, crossing
from bench.analysis.summary import Summary
from bench.analysis.verdicts import Verdict, decide
from bench.core.wording import listed
from bench.findings.answer import Answer, Axis, Column, Lines, Mark, Series, estimated, figure, name, table
from bench.findings.text.figures import binary, caveat, duration, extent, ratio, whole

COLUMNS: Sequence[Column[CurvePoint]] = (
    name("Buffer", lambda point: binary(point.x)),
    *estimated("Speed-up", lambda point: point.y, ratio),
    figure("Time a task", lambda point: point.figure("seconds_per_task"), duration),
    Column("Blocks", lambda point: str(point.y.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("gil-crossover")
    rows = rows[rows["runner"] == "threading"] if len(rows) else rows
    threads = Curve("cpu-native", "cpu-native", "", "threading", rows, "size")
    points = threads.points("speedup")
    if not points:
        return None
    level = 1 + summary.run.plan.threshold
    blocks = list(threads.by_block("speedup").values())
    found = crossing(blocks, level)
    speedups = {
        point.x: [block[point.x] for block in blocks if block.get(point.x, 0) > 0] for point in points
    }
    decided = decide({x: values for x, values in speedups.items() if values}, level - 1)
    slower = [point for point in points if decided.get(point.x) is Verdict.SLOWER]
    said = [_sentence(found, level, threads), *([_slower(slower, level)] if slower else [])]
    return Answer(said, [_picture(found, threads)], table(COLUMNS, points))


def _slower(points: Sequence[CurvePoint], level: float) -> str:
    """The sizes at which threads lose: the GIL is released, for less work than that costs."""
    speed = extent([point.y.median for point in points], ratio)
    return (
        f"With {listed([binary(point.x) for point in points])} they are more than {whole(level - 1)} slower,"
        f" at {speed} the speed of a plain loop: releasing the GIL has a cost in each call."
    )


def _sentence(found: Crossing, level: float, threads: Curve) -> str:
    ahead = f"more than {whole(level - 1)} faster than a plain loop"
    doubt = caveat(threads.over_blocks("speedup").values())
    if found.kind == "at" and found.x is not None:
        # The step from one size to the next is sharp, and between them nothing was measured.
        speedups = threads.over_blocks("speedup")
        first = next((size for size in speedups if size >= found.x.median), max(speedups))
        before = max((size for size in speedups if size < first), default=first)
        where = f"{binary(first)} at a time on, not yet at {binary(before)}"
        last = ratio(speedups[max(speedups)].median)
        return f"Threads that hash are {ahead} from {where}; at the largest buffer {last}{doubt}."
    return {
        "always": f"Threads that hash are {ahead} at every size measured{doubt}.",
        "never": f"Threads that hash are not faster than a plain loop at any size measured{doubt}.",
    }.get(found.kind, f"This run does not show the size at which threads that hash become faster{doubt}.")


def _picture(found: Crossing, threads: Curve) -> Lines:
    return Lines(
        title="Speed-up of threads by size of buffer",
        see="Above 1x, threads hash side by side; at 1x, one at a time.",
        x=Axis("buffer hashed at a time", "bytes"),
        y=Axis("speed-up over a plain loop", "x"),
        series=[Series("threading", threads.line("speedup"), "threading")],
        marks=[Mark("threads ahead", found.x, "threading")] if found.x else [],
        reference=1.0,
    )
