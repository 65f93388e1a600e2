"""The spread of latencies: how much slower the slow tasks are than the usual ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.analysis.summary import Row, Summary
from bench.analysis.tails import Histogram, slowest, tail
from bench.findings.answer import Answer, Axis, Lines, Series, Table
from bench.findings.text.figures import duration, significant

COLUMNS = ("Workload", "Model", "p50", "p95", "p99", "Slowest", "p95 by p50", "Tasks")
FAMILIES = 2  # drawn; the table has them all


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    histograms: dict[str, list[Mapping[str, int]]] = {}
    for seen in summary.run.observations:
        histograms.setdefault(seen.key, []).append(seen.latencies)
    rows = [row for row in summary.rows if row.info.bound in ("io", "mixed") and row.p50_s and row.p95_s]
    if not rows:
        return None
    lines = [
        (
            row.cell.workload,
            row.cell.runner,
            duration(row.p50_s),
            duration(row.p95_s),
            duration(row.p99_s),
            duration(slowest(histograms[row.cell.key])),
            f"{significant(_stretch(row), 2)}x",
            f"{row.cell.n * row.blocks:,}",
        )
        for row in rows
    ]
    most = max(rows, key=_stretch)
    which = f"{most.cell.workload} under {most.cell.runner}"
    sentence = (
        f"The longest tail has {which}: one task in 20 takes more than"
        f" {significant(_stretch(most), 2)} times the usual {duration(most.p50_s)}."
    )
    served = [row for row in rows if row.info.client and row.info.bound == "io" and not row.info.lesson]
    families = list(dict.fromkeys(row.info.family for row in served))[:FAMILIES]
    pictures = []
    for name in families:
        pictures.append(_picture(name, [row for row in served if row.info.family == name], histograms))
    return Answer([sentence], pictures, Table(COLUMNS, lines, names=2))


def _stretch(row: Row) -> float:
    return (row.p95_s or 0.0) / row.p50_s if row.p50_s else 0.0


def _picture(family: str, rows: Sequence[Row], histograms: Mapping[str, Sequence[Histogram]]) -> Lines:
    return Lines(
        title=f"Tail of {family}",
        see="The further right a line falls, the longer the slow tasks take.",
        x=Axis("latency of a task", "s"),
        y=Axis("share of tasks that took longer", "share"),
        series=[
            Series(f"{row.cell.runner} ({row.info.client})", tail(histograms[row.cell.key]), row.cell.runner)
            for row in rows
        ],
    )
