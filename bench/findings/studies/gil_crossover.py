"""GIL crossover: from which size on C code that lets go of the GIL is worth threads."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.crossings import Crossing, crossing
from bench.analysis.series import by_block, points
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Lines, Mark, Series, Table
from bench.findings.text.figures import binary, bounds, duration, ratio


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("gil-crossover")
    rows = rows[rows["runner"] == "threading"] if len(rows) else rows
    if rows.empty or rows["speedup"].isna().all():
        return None
    speedups = by_block(rows, "size", "speedup")
    level = 1 + summary.run.plan.threshold
    found = crossing(list(speedups.values()), level)
    marks = [Mark("threads ahead", found.x, "threading")] if found.x else []
    line = points(speedups)
    picture = Lines(
        title="Speed-up of threads by size of buffer",
        see="Above 1x, threads hash side by side; at 1x they take turns.",
        x=Axis("buffer hashed at a time", "bytes"),
        y=Axis("speed-up over a plain loop", "x"),
        series=[Series("threading", line, "threading")],
        marks=marks,
        reference=1.0,
    )
    seconds = {x: value.median for x, value in points(by_block(rows, "size", "seconds_per_task"))}
    table = Table(
        ("Buffer", "Speed-up", "Interval", "Time a task", "Blocks"),
        [
            (binary(size), ratio(value.median), bounds(value), duration(seconds[size]), str(value.n))
            for size, value in line
        ],
    )
    return Answer([_sentence(found, level, line)], [picture], table)


def _sentence(found: Crossing, level: float, line: Sequence[tuple[float, Estimate]]) -> str:
    ahead = f"more than {level - 1:.0%} faster than a plain loop"
    if found.kind == "at" and found.x is not None:
        # The step from one size to the next is sharp, and between them nothing was measured.
        sizes = [size for size, _ in line]
        from_ = next((size for size in sizes if size >= found.x.median), sizes[-1])
        before = max((size for size in sizes if size < from_), default=sizes[0])
        last = line[-1][1].median
        where = f"{binary(from_)} at a time on, not yet at {binary(before)}"
        return f"Threads that hash are {ahead} from {where}; at the largest buffer {ratio(last)}."
    return {
        "always": f"Threads that hash are {ahead} at every size that was measured.",
        "never": "Threads that hash are not faster than a plain loop at any size that was measured.",
    }.get(found.kind, "The blocks do not agree from which size on threads that hash are faster.")
