"""Places on the x axis: a line down the plot, a band for its interval, and its name above."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.findings.answer import Mark
from bench.findings.text.figures import clipped
from bench.report.html.charts.axis import Ruler, interval, text
from bench.report.html.charts.parts import width
from bench.report.html.charts.scale import drawable
from bench.report.html.style import colour_of
from bench.report.html.svg import Markup, tag

ROW, LONGEST = 13, 46


@dataclass(frozen=True)
class Placed:
    """A mark, its name as it is shown, the middle of that, and its row above the plot."""

    mark: Mark
    name: str
    middle: float
    row: int


def placed(marks: Iterable[Mark], x: Ruler, most: float) -> list[Placed]:
    """The marks that can be drawn, from left to right, with no name beyond the pixel ``most``."""
    shown = sorted((mark for mark in marks if drawable(mark.x.median)), key=lambda mark: mark.x.median)
    names = [clipped(mark.name, LONGEST) for mark in shown]
    halves = [width(name) / 2 + 4 for name in names]
    wanted = [x.scale(mark.x.median) for mark in shown]
    middles = [max(min(at, most - half), half) for at, half in zip(wanted, halves, strict=True)]
    taken = rows([(middle - half, middle + half) for middle, half in zip(middles, halves, strict=True)])
    return [Placed(*each) for each in zip(shown, names, middles, taken, strict=True)]


def rows(spans: Sequence[tuple[float, float]]) -> list[int]:
    """For each span (left, right) the first row that has room for it."""
    taken: list[list[tuple[float, float]]] = []
    found = []
    for left, right in spans:
        free = (n for n, row in enumerate(taken) if all(right <= a or b <= left for a, b in row))
        number = next(free, len(taken))
        if number == len(taken):
            taken.append([])
        taken[number].append((left, right))
        found.append(number)
    return found


def height(marks: Iterable[Placed]) -> int:
    """Pixels that the names need above the plot."""
    return ROW * max((each.row + 1 for each in marks), default=0)


def draw(each: Placed, x: Ruler, top: float, bottom: float, names: float) -> Markup:
    """A mark on a plot from ``top`` to ``bottom``; ``names`` is where the first row of names stands."""
    place = each.mark.x
    said = f"{each.mark.name}: {x.label} {text(place.median, x.unit)} ({interval(place, x.unit)})"
    parts = [tag("title", said)]
    if not (math.isnan(place.low) or math.isnan(place.high)):
        left, right = x.scale(place.low), x.scale(place.high)
        band = {"x": left, "y": top, "width": max(right - left, 1), "height": bottom - top}
        parts.append(tag("rect", class_="span", **band))
    at, line = x.scale(place.median), names + ROW * each.row
    parts += [
        tag("line", class_="place", x1=at, x2=at, y1=line + 4, y2=bottom),
        tag("text", each.name, class_="name", x=each.middle, y=line, text_anchor="middle"),
    ]
    return tag("g", *parts, class_=f"line {colour_of(each.mark.runner)}")
