"""Starvation: what a neighbour that computes does to I/O in the same process."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.starvation import Case, cases
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Dot, Dots, Table
from bench.findings.text.figures import UNKNOWN, duration
from bench.findings.text.starvation import neighbours_of, sentences
from bench.planning.studies.starvation import USUAL_MS

GROUPS = {
    "thread": "threading, beside threads that compute",
    "process": "threading, beside a process that computes",
    "task": "asyncio, beside a task that computes on its loop",
}
COLUMNS = (
    "Model",
    "Beside it",
    "Switching",
    "Mean",
    "p50",
    "p95",
    "Starts late",
    "Longer",
    "Interval",
    "Each",
    "Stalled",
    "Blocks",
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("starvation")
    found = cases(rows)
    if not found:
        return None
    free = set(rows["gil"].dropna()) == {False}
    table = Table(COLUMNS, [_row(case) for case in found], names=2)
    said = sentences(found, usual_ms=USUAL_MS, free=free)
    glance = table.only("Model", "Beside it", "Switching", "p50", "p95", "Longer", "Stalled")
    return Answer(said, [_picture(found)], table, glance=glance)


def _picture(found: Sequence[Case]) -> Dots:
    runners = {"thread": "threading", "task": "asyncio"}  # the cells alone stand before these groups
    dots = []
    for kind, group in GROUPS.items():
        for case in found:
            alone = not case.beside.kind and case.beside.runner == runners.get(kind)
            if (alone or case.beside.kind == kind) and case.p50:
                p95 = f"p95 {duration(case.p95.median)}" if case.p95 else ""
                interval = case.beside.interval_ms if kind == "thread" and not alone else None
                name = neighbours_of(case) + (f", {interval:g} ms" if interval else "")
                dots.append(Dot(name, case.p50, case.beside.runner, p95, group))
    return Dots(
        "Latency of a request, by what computes beside it",
        "Threads are shown with their switch interval; the dot is the median request.",
        Axis("latency from when it was due", "s"),
        dots,
    )


def _row(case: Case) -> Sequence[str]:
    beside, longer = case.beside, case.longer
    return (
        beside.runner,
        neighbours_of(case),
        f"{beside.interval_ms:g} ms" if beside.interval_ms else UNKNOWN,
        duration(case.mean.median),
        duration(case.p50.median) if case.p50 else UNKNOWN,
        duration(case.p95.median) if case.p95 else UNKNOWN,
        duration(case.late.median),
        duration(longer.median) if longer else UNKNOWN,
        f"{duration(longer.low)} to {duration(longer.high)}" if longer else UNKNOWN,
        duration(case.each),
        f"{max(case.stalled.median, 0):.0%}" if case.stalled else UNKNOWN,
        str(case.mean.n),
    )
