"""The plot of lines over two logarithmic axes: a line for each series, named above."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from bench.analysis.statistics import Estimate
from bench.findings.answer import Lines, Series
from bench.findings.text.figures import clipped
from bench.report.html.charts import marks
from bench.report.html.charts.axis import Ruler, across, interval, ruler, text, title, upwards
from bench.report.html.charts.parts import WIDTH, chart, legend, mark, whisker
from bench.report.html.charts.scale import drawable
from bench.report.html.style import colour_of
from bench.report.html.svg import Markup, tag

HEIGHT, HEAD, FOOT = 190, 20, 38
LEFT, RIGHT = 52, WIDTH - 8
LONGEST = 40  # a name in the legend
BEYOND = 1.6  # how far a reference may stretch the axis of what was measured
FIT_DASHES = "1 3"
DASHES = (None, "7 3", "2 3", "8 3 2 3", "12 4")


@dataclass(frozen=True)
class Line:
    """A series as it is drawn: the points that can be, and the dashes that tell it from its likes."""

    series: Series
    points: Sequence[tuple[float, Estimate]]
    dashes: str | None


def draw(picture: Lines, description: str) -> Markup:
    """The plot. ``description`` stands in for it where it cannot be seen."""
    lines = _lines([series for series in picture.series if not series.fit])
    if not lines:
        return chart([tag("text", "No value to draw.", class_="note", x=0, y=18)], 30, description)
    measured = [line for line in lines if line.series.runner] or lines
    xs = [at for line in measured for at, _ in line.points]
    places = [place.x.median for place in picture.marks]
    x = ruler(picture.x, [*xs, *places], LEFT, RIGHT, levels=xs)
    names, below = legend([(partial(_symbol, line), clipped(line.series.name, LONGEST)) for line in lines])
    placed = marks.placed(picture.marks, x, WIDTH)
    head = below + HEAD
    top = head + marks.height(placed)
    bottom = top + HEIGHT
    y = ruler(picture.y, _levels(picture, lines), bottom, top)
    parts = [
        names,
        tag("text", title(y), class_="note", x=0, y=below + 8),
        *across(x, top, bottom),
        *upwards(y, LEFT, RIGHT),
        *(marks.draw(mark, x, top, bottom, head) for mark in placed),
    ]
    if picture.reference is not None and drawable(picture.reference):
        at = y.scale(picture.reference)
        parts.append(tag("line", class_="one", x1=LEFT, x2=RIGHT, y1=at, y2=at))
    fits = _lines([series for series in picture.series if series.fit])
    parts += [_curve(replace(fit, dashes=FIT_DASHES), x, y, "curve fit") for fit in fits]
    parts += [_curve(line, x, y) for line in lines]
    for line in lines:
        if line.series.runner:
            drawn = (_point(line, at, value, x, y) for at, value in line.points)
            parts.append(tag("g", *drawn, class_=_css(line)))
    return chart(parts, bottom + FOOT, description)


def _lines(series: Sequence[Series]) -> list[Line]:
    """Series with at least one point that can be drawn."""
    alike: Counter[str] = Counter()
    lines = []
    for each in series:
        points = [point for point in each.points if drawable(point[0]) and drawable(point[1].median)]
        if points:
            colour = colour_of(each.runner)
            first = 0 if each.runner else 1  # a reference is never solid
            lines.append(Line(each, points, DASHES[(first + alike[colour]) % len(DASHES)]))
            alike[colour] += 1
    return lines


def _levels(picture: Lines, lines: Sequence[Line]) -> list[float]:
    """Values that the vertical axis must hold: all measurements, and references near them."""
    measured = [
        bound
        for line in lines
        if line.series.runner
        for _, value in line.points
        for bound in (value.low, value.median, value.high)
        if drawable(bound)
    ]
    if picture.reference is not None and drawable(picture.reference):
        measured.append(picture.reference)
    limits = [value.median for line in lines if not line.series.runner for _, value in line.points]
    if not measured:
        return limits
    low, high = min(measured) / BEYOND, max(measured) * BEYOND
    return measured + [min(max(limit, low), high) for limit in limits]


def _curve(line: Line, x: Ruler, y: Ruler, css: str = "curve") -> Markup:
    """The line itself, cut off where it leaves the plot."""
    corners = [(x.scale.unbounded(at), y.scale.unbounded(value.median)) for at, value in line.points]
    path = "M" + "L".join(f"{round(across, 1):g} {round(up, 1):g}" for across, up in corners)
    drawn = tag("path", class_=css, d=path, stroke_dasharray=line.dashes)
    box = {"x": x.scale.start - 2, "y": y.scale.end - 2}
    size = {"width": x.scale.end - x.scale.start + 4, "height": y.scale.start - y.scale.end + 4}
    view = f"{box['x']:g} {box['y']:g} {size['width']:g} {size['height']:g}"
    plot = tag("svg", drawn, viewBox=view, aria_hidden="true", **box, **size)
    return tag("g", plot, class_=colour_of(line.series.runner))


def _point(line: Line, at: float, value: Estimate, x: Ruler, y: Ruler) -> Markup:
    across, up = x.scale(at), y.scale(value.median)
    said = (
        f"{line.series.name}, {x.label} {text(at, x.unit)}: "
        f"{text(value.median, y.unit)} ({interval(value, y.unit)})"
    )
    return tag(
        "g",
        tag("title", said),
        tag("circle", class_="hit", cx=across, cy=up, r=8),
        whisker(value, y.scale, across, 2.5, upright=True),
        mark(line.series.runner or "", across, up),
    )


def _symbol(line: Line, x: float, y: float) -> Markup:
    """A piece of the line with the model's mark, for the legend."""
    stroke = tag("line", class_="curve", x1=x, x2=x + 14, y1=y, y2=y, stroke_dasharray=line.dashes)
    shape = mark(line.series.runner, x + 7, y) if line.series.runner else Markup()
    return tag("g", stroke, shape, class_=colour_of(line.series.runner))


def _css(line: Line) -> str:
    return f"line {colour_of(line.series.runner)}"
