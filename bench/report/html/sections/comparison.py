"""The speed-up by workload: a plot for each kind of work, and what to see in it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.summary import Row, Summary
from bench.analysis.verdicts import GAINS
from bench.core.grouping import grouped
from bench.core.run import WorkloadInfo
from bench.core.wording import listed
from bench.findings.studies.where import PICTURES
from bench.findings.text.figures import ratio, significant
from bench.report.html.charts.speedup import Group, draw
from bench.report.html.style import order
from bench.report.html.svg import Markup

MOST_NAMED = 4


@dataclass(frozen=True)
class Plot:
    """One figure."""

    title: str
    see: str
    chart: Markup
    rows: Sequence[Row]
    concurrency: str


def comparison(summary: Summary) -> list[Plot]:
    """The plots that have something in them."""
    return [plot for title, kinds in PICTURES.items() if (plot := _plot(summary, title, kinds))]


def lessons(rows: Iterable[Row]) -> list[tuple[str, str]]:
    """Workloads that are shown for what they teach, and that."""
    return sorted({(row.cell.workload, row.info.summary) for row in rows if row.speedup and row.info.lesson})


def _plot(summary: Summary, title: str, kinds: tuple[str, ...]) -> Plot | None:
    rows = [row for row in summary.rows if row.info.kind in kinds and row.speedup is not None]
    if not rows:
        return None
    families = _families(rows)
    groups = [_group(summary, members) for members in families]
    in_flight = " or ".join(str(c) for c in sorted({row.cell.concurrency for row in rows}))
    see = _what_to_see(rows)
    return Plot(
        title=title,
        see=see,
        chart=draw(groups, f"Speed-up over sync, {title} workloads. {see} The table below has every figure."),
        rows=[row for members in families for row in members],
        concurrency=in_flight,
    )


def _families(rows: Iterable[Row]) -> list[list[Row]]:
    """The rows that share a baseline, together: by family, but a lesson on its own and last."""
    found = grouped(rows, lambda row: (row.info.lesson, _title(row.info)))
    groups = [found[key] for key in sorted(found)]
    return [sorted(group, key=lambda r: (r.info.client or "", order(r.cell.runner))) for group in groups]


def _title(info: WorkloadInfo) -> str:
    return info.name if info.lesson else info.family


def _group(summary: Summary, rows: Sequence[Row]) -> Group:
    lesson = rows[0].info.lesson
    return Group(_title(rows[0].info), "a lesson, no verdict" if lesson else _aside(summary, rows), rows)


def _aside(summary: Summary, rows: Sequence[Row]) -> str:
    """Tasks per second under sync."""
    rates = sorted(
        1 / row.seconds_per_task.median
        for row in summary.rows
        if row.is_baseline and row.info.family == rows[0].info.family
    )
    return f"sync {' or '.join(map(significant, rates))} tasks/s" if rates else ""


def _what_to_see(rows: Sequence[Row]) -> str:
    """A sentence or two, from the figures."""
    ranked = sorted(((row.speedup.median, row) for row in rows if row.speedup), key=lambda pair: -pair[0])
    plain = [(value, row) for value, row in ranked if not row.info.lesson] or ranked
    value, best = plain[0]
    possible = f" of {ratio(best.possible)} possible" if best.possible else ""
    said = f"Highest: {best.cell.workload} under {best.cell.runner}, {ratio(value)}{possible}."
    little = [f"{row.cell.runner} on {row.cell.workload}" for value, row in plain if value < GAINS]
    if little:
        said += f" Below {ratio(GAINS)}: {listed(little, MOST_NAMED)}."
    return said
