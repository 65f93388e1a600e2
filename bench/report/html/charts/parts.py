"""What the charts share: the box with its description, headings, legends, and the marks of an estimate, its
interval and its limit. A chart is as wide as a phone: larger screens have several beside each other."""

import math
from collections.abc import Callable, Iterable, Sequence

from bench.analysis.statistics import Estimate
from bench.findings.text.figures import clipped
from bench.report.html.charts.scale import LogScale
from bench.report.html.style import look
from bench.report.html.svg import Markup, tag

WIDTH = 340
LINE, HEAD = 18, 26  # pixels of a line, and of the heading of a group
CLIENT = 17  # of the line that names the client of the lines below it
NAMES = 120  # where names end and bars or marks begin
LETTER, PLAIN_LETTER = 6.9, 6.2  # the width of one, in bold labels and in others
SYMBOL, APART, LEGEND_LINE = 17, 10, 16  # of a legend: its symbols, what is between its entries, a line


def chart(parts: Iterable[str], height: float, description: str) -> Markup:
    """A chart. ``description`` stands in for it where it cannot be seen."""
    box = f"0 0 {WIDTH} {height:g}"
    return tag("svg", *parts, class_="chart", viewBox=box, role="img", aria_label=description)


def client_line(client: str, top: float) -> Markup:
    """The name of the client of the lines below it."""
    return tag("text", clipped(client, 40), class_="aside", x=0, y=top + 12)


def width(text: str) -> float:
    """About how wide a label is."""
    return LETTER * len(text)


def heading(group: str, top: float) -> list[Markup]:
    """The name of a group with a rule below."""
    return [
        tag("text", group, class_="family", x=0, y=top + 14),
        tag("line", class_="rule", x1=0, x2=WIDTH, y1=top + HEAD - 7, y2=top + HEAD - 7),
    ]


def model(name: str, y: float) -> Markup:
    """A model's name before its line; the longer ones in smaller letters."""
    css = "model" if width(name) < NAMES - 8 else "model long"
    return tag("text", name, class_=css, x=NAMES - 8, y=y, text_anchor="end")


def swatch(css: str, x: float, y: float) -> Markup:
    """The symbol of a part in a legend."""
    return tag("rect", class_=css, x=x, y=y - 5, width=11, height=11)


def legend(entries: Sequence[tuple[Callable[[float, float], Markup], str]]) -> tuple[Markup, float]:
    """Symbols, each drawn from a left edge at a middle height, with their names, in as many lines as they
    need, and the pixel below them."""
    drawn: list[Markup] = []
    x, y = 0.0, 7.0
    for symbol, name in entries:
        wide = SYMBOL + PLAIN_LETTER * len(name)
        if x and x + wide > WIDTH:
            x, y = 0.0, y + LEGEND_LINE
        drawn += [symbol(x, y), tag("text", name, class_="aside", x=x + SYMBOL, y=y + 4)]
        x += wide + APART
    return tag("g", *drawn, class_="legend"), y + 13 if entries else 0.0


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
