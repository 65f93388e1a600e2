"""The speed-up plot: a group for each family, a line for each model, all on one logarithmic axis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.summary import Row
from bench.core.grouping import grouped
from bench.findings.text.figures import clipped, interval, measured, ratio, significant
from bench.report.html.charts.parts import (
    CLIENT,
    HEAD,
    LINE,
    NAMES,
    WIDTH,
    chart,
    client_line,
    heading,
    limit_line,
    mark,
    model,
    stem,
    whisker,
)
from bench.report.html.charts.scale import LogScale, around
from bench.report.html.style import look
from bench.report.html.svg import Markup, tag
from bench.report.signs import sign

GAP = 8
TOP, FOOT = 18, 36
RIGHT, VALUE = 228, 274  # the end of the axis, and the right edge of the figures beside it
MOST_TICKS = 4


@dataclass(frozen=True)
class Group:
    """The rows that share a baseline, by client; each has a speed-up."""

    title: str
    aside: str
    rows: Sequence[Row]


def draw(groups: Sequence[Group], description: str) -> Markup:
    """The plot. ``description`` stands in for it where it cannot be seen."""
    scale = LogScale(*around(_values(groups), least=0.5), NAMES, RIGHT)
    parts = [
        tag("text", "slower", class_="note", x=scale(1) - 6, y=10, text_anchor="end"),
        tag("text", "faster than sync →", class_="note", x=scale(1) + 6, y=10),
    ]
    top = float(TOP)
    for group in groups:
        drawn, top = _group(group, scale, top)
        parts.append(drawn)
    parts += [
        tag("text", f"{tick:g}x", class_="tick", x=scale(tick), y=top + 6, text_anchor="middle")
        for tick in scale.ticks(MOST_TICKS)
    ]
    parts.append(tag("text", "times as fast as sync, log scale", class_="note", x=0, y=top + 24))
    return chart(parts, top + FOOT - 6, description)


def _values(groups: Iterable[Group]) -> list[float]:
    rows = [row for group in groups for row in group.rows]
    ends = [end for row in rows if row.speedup for end in (row.speedup.low, row.speedup.high)]
    return ends + [row.possible for row in rows if row.possible is not None]


def _group(group: Group, scale: LogScale, top: float) -> tuple[Markup, float]:
    """A group, and the pixel below it."""
    parts = heading(clipped(group.title, 20), top)
    parts.append(
        tag("text", clipped(group.aside, 32), class_="aside", x=WIDTH, y=top + 14, text_anchor="end")
    )
    first = at = top + HEAD
    lines: list[Markup] = []
    for client, rows in grouped(group.rows, lambda row: row.info.client or "").items():
        if client:
            lines.append(client_line(client, at))
            at += CLIENT
        for row in rows:
            lines.append(_line(row, scale, at))
            at += LINE
    shade = {"x": NAMES, "y": first - 3, "width": scale(1) - NAMES, "height": at - first + 6}
    parts.append(tag("rect", class_="slower", **shade))
    for tick in scale.ticks(MOST_TICKS):
        css = "one" if tick == 1 else "grid"
        parts.append(tag("line", class_=css, x1=scale(tick), x2=scale(tick), y1=first - 3, y2=at + 3))
    return tag("g", *parts, *lines), at + GAP


def _line(row: Row, scale: LogScale, top: float) -> Markup:
    assert row.speedup is not None
    speedup, runner, shown = row.speedup, row.cell.runner, sign(row.verdict)
    possible = f" of {ratio(row.possible)} possible" if row.possible else ""
    figures = f"{measured(speedup)}{possible}"
    rate = f"{significant(1 / row.seconds_per_task.median)} tasks/s"
    y = top + LINE / 2
    return tag(
        "g",
        tag("title", f"{row.cell.workload} under {runner}: {figures}, {rate}; {shown.word}"),
        tag("rect", class_="hit", x=0, y=top, width=WIDTH, height=LINE),
        model(clipped(runner, 19), y + 4),
        limit_line(row.possible, scale, top, top + LINE),
        stem(speedup, scale, y),
        whisker(speedup, scale, y, 5),
        mark(runner, scale(speedup.median), y, decided=shown.decided),
        tag("text", ratio(speedup.median), class_="value", x=VALUE, y=y + 4, text_anchor="end"),
        tag("text", interval(speedup), class_="aside", x=WIDTH, y=y + 4, text_anchor="end"),
        class_=f"line {look(runner).css}",
    )
