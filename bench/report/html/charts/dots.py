"""The plot of estimates above each other, all on one logarithmic axis: for each a line with its name and its
figure, and its mark below."""

from bench.core.grouping import grouped
from bench.findings.answer import Dot, Dots
from bench.findings.text.figures import clipped
from bench.report.html.charts.axis import Ruler, across, interval, ruler, text
from bench.report.html.charts.parts import HEAD, LETTER, WIDTH, chart, heading, mark, whisker, width
from bench.report.html.charts.scale import drawable
from bench.report.html.style import colour_of
from bench.report.html.svg import Markup, tag

GAP, FOOT, ROW = 8, 40, 29
LEFT, RIGHT = 8, WIDTH - 8
LONGEST_GROUP, LONGEST_ASIDE = 46, 28


def draw(picture: Dots, description: str) -> Markup:
    """The plot. ``description`` stands in for it where it cannot be seen."""
    values = [end for dot in picture.dots for end in (dot.value.low, dot.value.median, dot.value.high)]
    values += [dot.other for dot in picture.dots if dot.other is not None]
    values += [end for band in picture.bands for end in (1 / (1 + band), 1 + band)]
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
            top += ROW
        top += GAP
    first = HEAD if next(iter(groups), "") else 4
    frame = [*_bands(picture, axis, first, top), *across(axis, first, top)]
    return chart([*frame, *rows], top + FOOT, description)


def _bands(picture: Dots, axis: Ruler, top: float, bottom: float) -> list[Markup]:
    """The ratios close to 1, and the line at 1x."""
    if not picture.bands:
        return []
    drawn = []
    for band in picture.bands:
        left, right = axis.scale(1 / (1 + band)), axis.scale(1 + band)
        drawn.append(tag("rect", class_="near", x=left, y=top, width=right - left, height=bottom - top))
    at = axis.scale(1)
    return [*drawn, tag("line", class_="one", x1=at, x2=at, y1=top, y2=bottom)]


def _row(dot: Dot, axis: Ruler, top: float) -> Markup:
    y = top + ROW - 9
    said = f"{dot.name}: {text(dot.value.median, axis.unit)} ({interval(dot.value, axis.unit)})"
    aside = clipped(text(dot.value.median, axis.unit) if dot.aside is None else dot.aside, LONGEST_ASIDE)
    room = int((WIDTH - width(aside)) / LETTER) - 1  # letters of a name
    parts = [
        tag("title", said),
        tag("rect", class_="hit", x=0, y=top, width=WIDTH, height=ROW),
        tag("text", clipped(dot.name, room), class_="model over", x=0, y=top + 11),
        tag("text", aside, class_="value over", x=WIDTH, y=top + 11, text_anchor="end"),
        tag("line", class_="guide", x1=LEFT, x2=RIGHT, y1=y, y2=y),
    ]
    if drawable(dot.value.median):
        at = axis.scale(dot.value.median)
        if dot.other is not None and drawable(dot.other):
            other = axis.scale(dot.other)
            parts += [
                tag("line", class_="stem", x1=other, x2=at, y1=y, y2=y),
                mark(dot.runner or "", other, y, decided=False),
            ]
        parts += [whisker(dot.value, axis.scale, y, 4), mark(dot.runner or "", at, y)]
    return tag("g", *parts, class_=f"line {colour_of(dot.runner)}")
