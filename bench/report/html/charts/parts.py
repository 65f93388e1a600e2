"""What the charts share: the box with its description, the headings of groups, and the marks of an estimate,
its interval and its limit."""

import math
from collections.abc import Iterable

from bench.analysis.statistics import Estimate
from bench.report.html.charts.scale import LogScale
from bench.report.html.style import look
from bench.report.html.svg import Markup, tag

WIDTH = 556
LINE, HEAD = 19, 30  # pixels of a line, and of the heading of a group


def chart(parts: Iterable[str], height: float, description: str) -> Markup:
    """A chart. ``description`` stands in for it where it cannot be seen."""
    box = f"0 0 {WIDTH} {height:g}"
    return tag("svg", *parts, class_="chart", viewBox=box, role="img", aria_label=description)


def heading(group: str, top: float) -> list[Markup]:
    """The name of a group with a rule below."""
    return [
        tag("text", group, class_="family", x=0, y=top + 16),
        tag("line", class_="rule", x1=0, x2=WIDTH, y1=top + HEAD - 7, y2=top + HEAD - 7),
    ]


def stem(value: Estimate, scale: LogScale, y: float) -> Markup:
    """A line from 1x to the estimate."""
    return tag("line", class_="stem", x1=scale(1), x2=scale(value.median), y1=y, y2=y)


def whisker(value: Estimate, scale: LogScale, at: float, half: float, *, upright: bool = False) -> Markup:
    """The interval, with its ends, on an axis that goes across, or up; nothing where it is not known."""
    if math.isnan(value.low) or math.isnan(value.high):
        return Markup()
    at, low, high = round(at, 1), round(scale(value.low), 1), round(scale(value.high), 1)
    edge, size = at - half, 2 * half
    across = f"M{low:g} {edge:g}v{size:g}M{low:g} {at:g}H{high:g}M{high:g} {edge:g}v{size:g}"
    up = f"M{edge:g} {low:g}h{size:g}M{at:g} {low:g}V{high:g}M{edge:g} {high:g}h{size:g}"
    return tag("path", class_="whisker", d=up if upright else across)


def mark(runner: str, x: float, y: float, *, decided: bool = True) -> Markup:
    """The model's shape at a place: filled, or hollow where nothing was decided."""
    css = "mark" if decided else "mark hollow"
    place = f"translate({round(x, 1):g} {round(y, 1):g}) scale(0.8)"
    return tag("path", class_=css, d=look(runner).path, transform=place)


def limit_line(value: float | None, scale: LogScale, top: float, bottom: float) -> str:
    """The limit; nothing where it is unknown."""
    if value is None:
        return Markup()
    return tag("line", class_="limit", x1=scale(value), x2=scale(value), y1=top, y2=bottom)
