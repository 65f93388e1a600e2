"""The plot of estimates above each other: a line for each, all on one logarithmic axis."""

from bench.core.grouping import grouped
from bench.findings.answer import Dot, Dots
from bench.findings.text.figures import clipped
from bench.report.html.charts.axis import Ruler, across, interval, ruler, text
from bench.report.html.charts.parts import HEAD, LINE, WIDTH, chart, heading, mark, whisker
from bench.report.html.charts.scale import drawable
from bench.report.html.style import colour_of
from bench.report.html.svg import Markup, tag

GAP, FOOT = 8, 40
LEFT, RIGHT = 204, 474  # the axis; names before it, figures beside it
LONGEST, LONGEST_GROUP, LONGEST_ASIDE = 30, 84, 13


def draw(picture: Dots, description: str) -> Markup:
    """The plot. ``description`` stands in for it where it cannot be seen."""
    values = [end for dot in picture.dots for end in (dot.value.low, dot.value.median, dot.value.high)]
    axis = ruler(picture.axis, values, LEFT, RIGHT)
    groups = grouped(picture.dots, lambda dot: dot.group)
    rows: list[Markup] = []
    top = 4.0
    for group, dots in groups.items():
        if group:
            rows += heading(clipped(group, LONGEST_GROUP), top)
            top += HEAD
        for dot in dots:
            rows.append(_row(dot, axis, top))
            top += LINE
        top += GAP
    frame = across(axis, HEAD if next(iter(groups), "") else 4, top)
    return chart([*frame, *rows], top + FOOT, description)


def _row(dot: Dot, axis: Ruler, top: float) -> Markup:
    y = top + LINE / 2
    said = f"{dot.name}: {text(dot.value.median, axis.unit)} ({interval(dot.value, axis.unit)})"
    parts = [
        tag("title", said),
        tag("rect", class_="hit", x=0, y=top, width=WIDTH, height=LINE),
        tag("text", clipped(dot.name, LONGEST), class_="model", x=LEFT - 10, y=y + 4, text_anchor="end"),
        tag("line", class_="guide", x1=LEFT, x2=RIGHT, y1=y, y2=y),
    ]
    if drawable(dot.value.median):
        parts += [
            whisker(dot.value, axis.scale, y, 4),
            mark(dot.runner or "", axis.scale(dot.value.median), y),
        ]
    aside = clipped(text(dot.value.median, axis.unit) if dot.aside is None else dot.aside, LONGEST_ASIDE)
    parts.append(tag("text", aside, class_="value", x=WIDTH, y=y + 4, text_anchor="end"))
    return tag("g", *parts, class_=f"line {colour_of(dot.runner)}")
