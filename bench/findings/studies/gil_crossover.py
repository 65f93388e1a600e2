"""GIL crossover: from which size on C code that releases the GIL is worth threads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.crossings import Crossing, crossing
from bench.analysis.series import by_block, medians, points
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Lines, Mark, Series
from bench.findings.columns import Column, estimated, figure, name, table
from bench.findings.text.figures import binary, duration, ratio


@dataclass(frozen=True)
class BufferSize:
    """A size of buffer, in bytes, and how threads do that hash such."""

    size: float
    speedup: Estimate
    seconds: float  # of a task


COLUMNS: Sequence[Column[BufferSize]] = (
    name("Buffer", lambda each: binary(each.size)),
    *estimated("Speed-up", lambda each: each.speedup, ratio),
    figure("Time a task", lambda each: each.seconds, duration),
    Column("Blocks", lambda each: str(each.speedup.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("gil-crossover")
    rows = rows[rows["runner"] == "threading"] if len(rows) else rows
    speedups = by_block(rows, "size", "speedup")
    if not speedups:
        return None
    seconds = medians(by_block(rows, "size", "seconds_per_task"))
    sizes = [BufferSize(size, speedup, seconds[size]) for size, speedup in points(speedups)]
    level = 1 + summary.run.plan.threshold
    found = crossing(list(speedups.values()), level)
    return Answer([_sentence(found, level, sizes)], [_picture(found, sizes)], table(COLUMNS, sizes))


def _sentence(found: Crossing, level: float, sizes: Sequence[BufferSize]) -> str:
    ahead = f"more than {level - 1:.0%} faster than a plain loop"
    if found.kind == "at" and found.x is not None:
        # The step from one size to the next is sharp, and between them nothing was measured.
        measured = [each.size for each in sizes]
        first = next((size for size in measured if size >= found.x.median), measured[-1])
        before = max((size for size in measured if size < first), default=measured[0])
        where = f"{binary(first)} at a time on, not yet at {binary(before)}"
        last = ratio(sizes[-1].speedup.median)
        return f"Threads that hash are {ahead} from {where}; at the largest buffer {last}."
    return {
        "always": f"Threads that hash are {ahead} at every size that was measured.",
        "never": "Threads that hash are not faster than a plain loop at any size that was measured.",
    }.get(found.kind, "The blocks do not agree from which size on threads that hash are faster.")


def _picture(found: Crossing, sizes: Sequence[BufferSize]) -> Lines:
    return Lines(
        title="Speed-up of threads by size of buffer",
        see="Above 1x, threads hash side by side; at 1x, one at a time.",
        x=Axis("buffer hashed at a time", "bytes"),
        y=Axis("speed-up over a plain loop", "x"),
        series=[Series("threading", [(each.size, each.speedup) for each in sizes], "threading")],
        marks=[Mark("threads ahead", found.x, "threading")] if found.x else [],
        reference=1.0,
    )
