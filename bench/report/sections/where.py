"""Where the time went: the bars, what to see in them, and the same as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.figures import percent
from bench.analysis.summary import Summary
from bench.analysis.where import Share, gil_sentence, where
from bench.report.charts.stacked import Bar, Group, draw
from bench.report.style import order
from bench.report.svg import Markup

PLOTS = (("I/O-bound and mixed", ("io", "mixed")), ("CPU-bound", ("cpu-python", "cpu-native")))


@dataclass(frozen=True)
class Plot:
    """One figure."""

    title: str
    chart: Markup
    shares: Sequence[Share]


@dataclass(frozen=True)
class Where:
    """The section."""

    see: str
    plots: Sequence[Plot]
    gil_wait: bool


def section(summary: Summary) -> Where | None:
    """The section, or None where the system does not tell."""
    shares = where(summary)
    plots = [_plot(title, [s for s in shares if s.row.info.kind in kinds]) for title, kinds in PLOTS]
    found = [plot for plot in plots if plot.shares]
    if not found:
        return None
    return Where(gil_sentence(summary), found, any(share.gil_wait for share in shares))


def _plot(title: str, shares: Sequence[Share]) -> Plot:
    ordered = sorted(
        shares, key=lambda s: (s.row.info.name, s.row.info.client or "", order(s.row.cell.runner))
    )
    names = list(dict.fromkeys(share.row.info.name for share in ordered))
    groups = [Group(name, [_bar(s) for s in ordered if s.row.info.name == name]) for name in names]
    description = (
        f"Shares of the time of the threads that worked, {title} workloads. The table below has every figure."
    )
    return Plot(title, draw(groups, description), ordered)


def _bar(share: Share) -> Bar:
    row = share.row
    blocked = ("part-gil", "GIL wait") if share.gil_wait else ("part-blocked", "blocked")
    parts = [("part-core", share.on_core), ("part-waiting", share.waiting), (blocked[0], share.blocked)]
    words = (("on core", share.on_core), ("waiting", share.waiting), (blocked[1], share.blocked))
    named = ", ".join(f"{word} {percent(part)}" for word, part in words)
    figures = f"{row.in_flight:.1f} / {row.cores_used:.2f}" if row.in_flight and row.cores_used else ""
    return Bar(
        name=row.cell.runner,
        client=row.info.client or "",
        parts=parts,
        figures=figures,
        note=f"{row.cell.workload} under {row.cell.runner}: {named}",
    )
