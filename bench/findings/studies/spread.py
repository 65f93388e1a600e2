"""The spread of latencies: how much slower the slow tasks are than the usual ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.latencies import Histogram, slowest, tail
from bench.analysis.summary import Row, Summary
from bench.core.grouping import grouped
from bench.findings.answer import Answer, Axis, Column, Lines, Series, figure, name, table
from bench.findings.text.figures import duration, ratio, significant, whole

FAMILIES = 2  # drawn; the table has them all
LONG = 1.2  # p95 by p50, from which on a tail is worth a name


@dataclass(frozen=True)
class CellLatencies:
    """A cell of the comparison, and the latencies of its tasks."""

    row: Row
    blocks: Sequence[Histogram]
    stretch: float  # p95 by p50

    @property
    def label(self) -> str:
        return f"{self.row.cell.workload} under {self.row.cell.runner}"


COLUMNS: Sequence[Column[CellLatencies]] = (
    name("Workload", lambda each: each.row.cell.workload),
    name("Model", lambda each: each.row.cell.runner),
    figure("p50", lambda each: each.row.p50_s, duration),
    figure("p95", lambda each: each.row.p95_s, duration),
    figure("p99", lambda each: each.row.p99_s, duration),
    figure("Slowest", lambda each: slowest(each.blocks), duration),
    figure("p95 by p50", lambda each: each.stretch, ratio),
    Column("Tasks", lambda each: f"{each.row.cell.n * each.row.blocks:,}"),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    seen = grouped(summary.run.observations, lambda each: each.key)
    cells = [
        CellLatencies(row, [each.latencies for each in seen[row.cell.key]], row.p95_s / row.p50_s)
        for row in summary.rows
        if row.info.bound in ("io", "mixed") and row.p50_s and row.p95_s
    ]
    if not cells:
        return None
    usual = [each for each in cells if not each.row.info.lesson] or cells
    served = [each for each in usual if each.row.info.client and each.row.info.bound == "io"]
    shown = served or usual
    runners = [runner.name for runner in summary.run.plan.runners]
    return Answer([_longest(shown)], _pictures(shown, runners), table(COLUMNS, cells))


def _longest(cells: Sequence[CellLatencies]) -> str:
    most = max(cells, key=lambda each: each.stretch)
    if most.stretch < LONG:
        longer = f"at most {whole(most.stretch - 1)} longer than the median"
        return f"No tail is long: 95 % of the tasks took {longer} (the longest under {most.row.cell.runner})."
    slow = f"one task in 20 takes more than {significant(most.stretch, 2)} times the usual"
    return f"{most.label} has the longest tail: {slow} {duration(most.row.p50_s)}."


def _pictures(shown: Sequence[CellLatencies], runners: Sequence[str]) -> list[Lines]:
    """The tails of the families that have the longest, models in the order of the plan."""
    longest = sorted(shown, key=lambda each: -each.stretch)
    ordered = sorted(shown, key=lambda each: runners.index(each.row.cell.runner))
    families = grouped(ordered, lambda each: each.row.info.family)
    drawn = list(dict.fromkeys(each.row.info.family for each in longest))[:FAMILIES]
    return [
        Lines(
            title=f"Tail of {family}",
            see="The further right a line falls, the longer the slow tasks take.",
            x=Axis("latency of a task", "s"),
            y=Axis("share of tasks that took longer", "share"),
            series=[
                Series(f"{runner} ({client})" if client else runner, tail(each.blocks), runner)
                for each in families[family]
                for runner, client in [(each.row.cell.runner, each.row.info.client)]
            ],
        )
        for family in drawn
    ]
