"""The mark that every chart shares: an estimate, its interval, and where it may not go."""

from __future__ import annotations

from bench.analysis.statistics import Estimate
from bench.report.charts.scale import LogScale
from bench.report.style import look
from bench.report.svg import Markup, tag


def stem(value: Estimate, scale: LogScale, y: float) -> Markup:
    """A line from 1x to the estimate."""
    return tag("line", class_="stem", x1=scale(1), x2=scale(value.median), y1=y, y2=y)


def whisker(value: Estimate, scale: LogScale, y: float, half: float) -> Markup:
    """The interval, with its ends."""
    low, high = round(scale(value.low), 1), round(scale(value.high), 1)
    ends = f"M{low:g} {y - half:g}v{2 * half:g}M{low:g} {y:g}H{high:g}M{high:g} {y - half:g}v{2 * half:g}"
    return tag("path", class_="whisker", d=ends)


def dot(runner: str, value: float, scale: LogScale, y: float, *, decided: bool, size: float = 0.8) -> Markup:
    """The estimate in the model's shape: filled, or hollow where nothing was decided."""
    x = round(scale(value), 1)
    return tag(
        "path",
        class_="mark" if decided else "mark hollow",
        d=look(runner).path,
        transform=f"translate({x:g} {y:g}) scale({size:g})",
    )


def limit(value: float | None, scale: LogScale, top: float, bottom: float) -> str:
    """Where physics ends, or nothing where that is not known."""
    if value is None:
        return Markup()
    return tag("line", class_="limit", x1=scale(value), x2=scale(value), y1=top, y2=bottom)
