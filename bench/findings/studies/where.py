"""Where the time went: on a core, waiting for one, or blocked, beside concurrency and parallelism."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.summary import Summary
from bench.analysis.where import Share, gil_sentence, where
from bench.findings.answer import Answer, Bar, Bars, Part, Table
from bench.findings.text.figures import binary, duration, percent, significant

PLOTS = (("I/O-bound and mixed", ("io", "mixed")), ("CPU-bound", ("cpu-python", "cpu-native")))
COLUMNS = (
    "Workload",
    "Model",
    "Blocked by",
    "On core",
    "Waiting",
    "Blocked",
    "In flight",
    "Cores used",
    "CPU a task",
    "Switches a task",
    "Import",
    "Start-up",
    "First task",
    "Memory",
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    shares = where(summary)
    if not shares:
        return None
    pictures = []
    for title, kinds in PLOTS:
        bars = [_bar(share) for share in shares if share.row.info.kind in kinds]
        if bars:
            see = "At the right: tasks in flight / cores used, which is concurrency / parallelism."
            pictures.append(Bars(title, see, bars))
    sentence = gil_sentence(summary) or _busiest(shares)
    return Answer([sentence], pictures, Table(COLUMNS, [_row(share) for share in shares], names=3))


def _bar(share: Share) -> Bar:
    row = share.row
    blocked = Part("gil", "GIL wait", share.blocked) if share.gil_wait else None
    known = row.in_flight is not None and row.cores_used is not None
    return Bar(
        runner=row.cell.runner,
        group=row.info.name,
        client=row.info.client or "",
        parts=[
            Part("core", "on core", share.on_core),
            Part("waiting", "waiting for a core", share.waiting),
            blocked or Part("blocked", "blocked", share.blocked),
        ],
        aside=f"{row.in_flight:.1f} / {row.cores_used:.2f}" if known else "",
    )


def _row(share: Share) -> Sequence[str]:
    row = share.row
    return (
        row.cell.workload,
        row.cell.runner,
        "the GIL" if share.gil_wait else "anything",
        percent(share.on_core),
        percent(share.waiting),
        percent(share.blocked),
        significant(row.in_flight),
        significant(row.cores_used),
        duration(row.cpu_per_task_s),
        significant(row.switches_per_task, 2),
        duration(row.import_s),
        duration(row.startup_s),
        duration(row.first_task_s),
        binary(row.memory_peak),
    )


def _busiest(shares: Sequence[Share]) -> str:
    """Without a GIL wait to tell of: the cell that blocked most."""
    most = max(shares, key=lambda share: share.blocked)
    return (
        f"{most.row.cell.workload} under {most.row.cell.runner} stood blocked {most.blocked:.0%} of its time."
    )
