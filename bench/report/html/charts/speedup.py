"""The speed-up plot: a group for each family, a line for each model, all on one logarithmic axis."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.summary import Row
from bench.findings.text.figures import clipped, interval, measured, ratio, significant
from bench.report.html.charts.parts import HEAD, LINE, WIDTH, chart, limit_line, mark, stem, whisker
from bench.report.html.charts.scale import LogScale, around
from bench.report.html.style import look
from bench.report.html.svg import Markup, tag
from bench.report.signs import sign

GAP = 10
TOP, FOOT = 20, 40
LEFT, RIGHT, VALUE = 186, 424, 476  # the axis, and the right edge of the figures beside it


@dataclass(frozen=True)
class Group:
    """The rows that share a baseline; each has a speed-up."""

    title: str
    aside: str
    rows: Sequence[Row]
    lesson: str = ""  # what it teaches, if that is why it is shown


def draw(groups: Sequence[Group], description: str) -> Markup:
    """The plot. ``description`` stands in for it where it cannot be seen."""
    scale = LogScale(*around(_values(groups), least=0.5), LEFT, RIGHT)
    parts = [
        tag("text", "slower", class_="note", x=scale(1) - 6, y=11, text_anchor="end"),
        tag("text", "faster than sync →", class_="note", x=scale(1) + 6, y=11),
    ]
    top = float(TOP)
    for group in groups:
        parts.append(_group(group, scale, top))
        top += HEAD + _lesson_height(group) + LINE * len(group.rows) + GAP
    parts += [
        tag("text", f"{tick:g}x", class_="tick", x=scale(tick), y=top + 8, text_anchor="middle")
        for tick in scale.ticks()
    ]
    axis = "times as fast as sync, log scale"
    middle = (LEFT + RIGHT) / 2
    parts.append(tag("text", axis, class_="note", x=middle, y=top + 26, text_anchor="middle"))
    return chart(parts, top + FOOT - 6, description)


def _values(groups: Iterable[Group]) -> list[float]:
    rows = [row for group in groups for row in group.rows]
    ends = [end for row in rows if row.speedup for end in (row.speedup.low, row.speedup.high)]
    return ends + [row.possible for row in rows if row.possible is not None]


def _lesson_height(group: Group) -> int:
    return 15 if group.lesson else 0


def _group(group: Group, scale: LogScale, top: float) -> Markup:
    name = clipped(group.title, 40) + (" (a lesson)" if group.lesson else "")
    parts = [
        tag("text", name, class_="family", x=0, y=top + 16),
        tag("text", clipped(group.aside, 60), class_="aside", x=WIDTH, y=top + 16, text_anchor="end"),
    ]
    if group.lesson:
        parts.append(tag("text", clipped(group.lesson, 90), class_="note", x=0, y=top + 30))
    first = top + HEAD + _lesson_height(group)
    last = first + LINE * len(group.rows)
    parts += [
        tag("line", class_="rule", x1=0, x2=WIDTH, y1=first - 7, y2=first - 7),
        tag("rect", class_="slower", x=LEFT, y=first - 3, width=scale(1) - LEFT, height=last - first + 6),
    ]
    for tick in scale.ticks():
        css = "one" if tick == 1 else "grid"
        parts.append(tag("line", class_=css, x1=scale(tick), x2=scale(tick), y1=first - 3, y2=last + 3))
    client = ""
    for number, row in enumerate(group.rows):
        own = row.info.client or ""
        parts.append(_line(row, scale, first + LINE * number, own if own != client else ""))
        client = own
    return tag("g", *parts)


def _line(row: Row, scale: LogScale, top: float, client: str) -> Markup:
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
        tag("text", clipped(client, 15), class_="aside", x=0, y=y + 4),
        tag("text", clipped(runner, 19), class_="model", x=LEFT - 10, y=y + 4, text_anchor="end"),
        limit_line(row.possible, scale, top, top + LINE),
        stem(speedup, scale, y),
        whisker(speedup, scale, y, 5),
        mark(runner, scale(speedup.median), y, decided=shown.decided),
        tag("text", ratio(speedup.median), class_="value", x=VALUE, y=y + 4, text_anchor="end"),
        tag("text", interval(speedup), class_="aside", x=WIDTH, y=y + 4, text_anchor="end"),
        class_=f"line {look(runner).css}",
    )
