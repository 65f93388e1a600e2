"""GIL crossover: from which size on C code that lets go of the GIL is worth threads."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.analysis.crossings import Crossing, crossing
from bench.analysis.statistics import Estimate
from bench.findings.answer import Answer, Axis, Lines, Mark, Series, Table
from bench.findings.study import Arm, Asked, Study
from bench.findings.text.figures import binary, bounds, duration, ratio
from workloads.cpu_native import CpuNative

if TYPE_CHECKING:
    from bench.analysis.summary import Summary

SIZES = (64, 256, 1024, 2048, 4096, 16_384, 65_536, 262_144, 1 << 20)
TASK_S = 0.01  # about
CALL_S, BYTES_PER_S = 0.4e-6, 1.5e9  # of one hash, roughly: they size the tasks and nothing else


class GilCrossover(Study):
    name = "gil-crossover"
    title = "GIL crossover"
    question = "From which size of buffer on do threads that hash in C run side by side?"
    place = 70
    how = """
        hashlib's SHA-256 over buffers from 64 bytes to 1 MiB, as often as makes a task of about 10 ms, in a
        plain loop and in as many threads as there are cores. Speed-up is paired with the loop of the same
        size and block. A size counts as scaling from where the speed-up stays beyond the threshold.
    """

    def arms(self, asked: Asked) -> list[Arm]:
        runners = [asked.runner("sync"), asked.runner("threading")]
        return [
            Arm(CpuNative(size=size, times=round(TASK_S / (CALL_S + size / BYTES_PER_S))), runner, in_flight)
            for size in SIZES
            for runner in runners
            if runner is not None
            for in_flight in [1 if runner.one_at_a_time else asked.cores]
        ]

    def answer(self, summary: Summary) -> Answer | None:
        from bench.analysis.series import by_block, points

        rows = summary.of(self.name)
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
