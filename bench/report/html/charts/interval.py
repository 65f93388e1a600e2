"""The mark that every chart shares: an estimate, its interval, and where it may not go."""

import math

from bench.analysis.statistics import Estimate
from bench.report.html.charts.scale import LogScale
from bench.report.html.style import look
from bench.report.html.svg import Markup, tag


def stem(value: Estimate, scale: LogScale, y: float) -> Markup:
    """A line from 1x to the estimate."""
    return tag("line", class_="stem", x1=scale(1), x2=scale(value.median), y1=y, y2=y)


def whisker(value: Estimate, scale: LogScale, y: float, half: float) -> Markup:
    """The interval, with its ends; nothing where it is not known."""
    if math.isnan(value.low) or math.isnan(value.high):
        return Markup()
    low, high = round(scale(value.low), 1), round(scale(value.high), 1)
    ends = f"M{low:g} {y - half:g}v{2 * half:g}M{low:g} {y:g}H{high:g}M{high:g} {y - half:g}v{2 * half:g}"
    return tag("path", class_="whisker", d=ends)


def upright(value: Estimate, scale: LogScale, x: float, half: float) -> Markup:
    """The interval on an axis that goes up; nothing where it is not known."""
    if math.isnan(value.low) or math.isnan(value.high):
        return Markup()
    x, low, high = round(x, 1), round(scale(value.low), 1), round(scale(value.high), 1)
    ends = f"M{x - half:g} {low:g}h{2 * half:g}M{x:g} {low:g}V{high:g}M{x - half:g} {high:g}h{2 * half:g}"
    return tag("path", class_="whisker", d=ends)


def dot(runner: str, value: float, scale: LogScale, y: float, *, decided: bool, size: float = 0.8) -> Markup:
    """The estimate in the model's shape: filled, or hollow where nothing was decided."""
    return mark(runner, scale(value), y, css="mark" if decided else "mark hollow", size=size)


def mark(runner: str, x: float, y: float, *, css: str = "mark", size: float = 0.8) -> Markup:
    """The model's shape at a place."""
    place = f"translate({round(x, 1):g} {round(y, 1):g}) scale({size:g})"
    return tag("path", class_=css, d=look(runner).path, transform=place)


def limit(value: float | None, scale: LogScale, top: float, bottom: float) -> str:
    """The limit; nothing where it is unknown."""
    if value is None:
        return Markup()
    return tag("line", class_="limit", x1=scale(value), x2=scale(value), y1=top, y2=bottom)
