"""The plot of estimates above each other: a line for each, all on one logarithmic axis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bench.findings.answer import Dot, Dots
from bench.findings.text.figures import clipped
from bench.report.html.charts import interval
from bench.report.html.charts.axis import Ruler, across, ruler
from bench.report.html.charts.scale import drawable
from bench.report.html.charts.units import interval as interval_of
from bench.report.html.charts.units import text
from bench.report.html.style import colour_of
from bench.report.html.svg import Markup, tag

WIDTH, LINE, HEAD, GAP, FOOT = 556, 19, 30, 8, 40
LEFT, RIGHT = 204, 474  # the axis; names before it, figures beside it
LONGEST, LONGEST_GROUP, LONGEST_ASIDE = 30, 84, 13


def draw(picture: Dots, description: str) -> Markup:
    """The plot. ``description`` stands in for it where it cannot be seen."""
    axis = ruler(picture.axis, _values(picture.dots), LEFT, RIGHT)
    rows: list[Markup] = []
    top = 4.0
    for group, dots in _groups(picture.dots).items():
        if group:
            rows += [
                tag("text", clipped(group, LONGEST_GROUP), class_="family", x=0, y=top + 16),
                tag("line", class_="rule", x1=0, x2=WIDTH, y1=top + HEAD - 7, y2=top + HEAD - 7),
            ]
            top += HEAD
        for dot in dots:
            rows.append(_row(dot, axis, top))
            top += LINE
        top += GAP
    box = f"0 0 {WIDTH} {top + FOOT:g}"
    frame = across(axis, HEAD if next(iter(_groups(picture.dots)), "") else 4, top)
    return tag("svg", *frame, *rows, class_="chart", viewBox=box, role="img", aria_label=description)


def _groups(dots: Iterable[Dot]) -> dict[str, list[Dot]]:
    """The dots by group, both in the order in which they come."""
    found: dict[str, list[Dot]] = {}
    for dot in dots:
        found.setdefault(dot.group, []).append(dot)
    return found


def _values(dots: Sequence[Dot]) -> list[float]:
    return [bound for dot in dots for bound in (dot.value.low, dot.value.median, dot.value.high)]


def _row(dot: Dot, axis: Ruler, top: float) -> Markup:
    y = top + LINE / 2
    said = f"{dot.name}: {text(dot.value.median, axis.unit)} ({interval_of(dot.value, axis.unit)})"
    parts = [
        tag("title", said),
        tag("rect", class_="hit", x=0, y=top, width=WIDTH, height=LINE),
        tag("text", clipped(dot.name, LONGEST), class_="model", x=LEFT - 10, y=y + 4, text_anchor="end"),
        tag("line", class_="guide", x1=LEFT, x2=RIGHT, y1=y, y2=y),
    ]
    if drawable(dot.value.median):
        parts += [
            interval.whisker(dot.value, axis.scale, y, 4),
            interval.dot(dot.runner or "", dot.value.median, axis.scale, y, decided=True),
        ]
    aside = clipped(text(dot.value.median, axis.unit) if dot.aside is None else dot.aside, LONGEST_ASIDE)
    parts.append(tag("text", aside, class_="value", x=WIDTH, y=y + 4, text_anchor="end"))
    return tag("g", *parts, class_=f"line {colour_of(dot.runner)}")
