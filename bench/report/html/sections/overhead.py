"""What a task with no work in it costs under each model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.flags import DISPATCHES_PER_TASK
from bench.analysis.summary import Summary
from bench.core.records import NULL
from bench.findings.text.figures import duration
from bench.report.html.style import order


@dataclass(frozen=True)
class Cost:
    """One model's dispatch cost, as text."""

    runner: str
    python: str
    concurrency: int
    cost: str
    interval: str
    shortest: str  # a task shorter than this is mostly dispatch


def dispatch(summary: Summary) -> Sequence[Cost]:
    """The costs of the family ``null``, the baseline first."""
    rows = [row for row in summary.rows if row.info.family == NULL]
    return [
        Cost(
            runner=row.cell.runner,
            python=row.cell.python,
            concurrency=row.cell.concurrency,
            cost=duration(value.median),
            interval="1 block" if value.n < 2 else f"{duration(value.low)} to {duration(value.high)}",
            shortest=duration(DISPATCHES_PER_TASK * value.median),
        )
        for row in sorted(rows, key=lambda row: order(row.cell.runner))
        for value in [row.seconds_per_task]
    ]
