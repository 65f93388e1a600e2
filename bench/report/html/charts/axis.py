"""A logarithmic axis with a unit: its scale, its ticks, its grid across the plot, and values as text."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.statistics import Estimate
from bench.findings.answer import Axis, Unit
from bench.findings.text.figures import UNKNOWN, binary, clipped, duration, percent, ratio, significant
from bench.findings.text.figures import interval as bounds
from bench.report.html.charts.scale import DECIMALS, POWERS_OF_2, RATIOS, LogScale, drawable, spanning
from bench.report.html.svg import Markup, tag

# Pixels that a tick's text needs, on an axis that goes across and on one that goes up.
BESIDE, LONGER, ABOVE = 42, 52, 34
LONGEST = 46
GRIDS = {"x": RATIOS, "bytes": POWERS_OF_2}  # of ticks, by unit
# Each unit's names with their sizes, from the largest.
NAMES: dict[Unit, Sequence[tuple[str, float]]] = {
    "s": ((" s", 1.0), (" ms", 1e-3), (" µs", 1e-6)),
    "x": (("x", 1.0),),
    "bytes": ((" GiB", 2.0**30), (" MiB", 2.0**20), (" KiB", 2.0**10), (" B", 1.0)),
    "per s": ((" M/s", 1e6), (" k/s", 1e3), ("/s", 1.0)),
    "count": (("", 1.0),),
    "share": ((" %", 0.01),),
}


@dataclass(frozen=True)
class Ruler:
    """An axis in its place."""

    label: str
    unit: Unit
    scale: LogScale
    ticks: Sequence[float]


def ruler(
    axis: Axis, values: Iterable[float], start: float, end: float, *, levels: Iterable[float] = ()
) -> Ruler:
    """An axis that holds the values. What was set, to few ``levels``, has its ticks at them."""
    scale = LogScale(*spanning(values), start, end)
    room = abs(end - start)
    known = sorted({level for level in levels if drawable(level)}) if axis.unit in ("count", "share") else []
    ticks: Sequence[float] = _thinned(known, scale) if 1 < len(known) <= room / 20 else []
    if len(ticks) < 2:  # none was set, or they lie too close together
        each = (LONGER if axis.unit in ("bytes", "per s") else BESIDE) if start < end else ABOVE
        size = _named(scale.high, axis.unit)[1]
        ticks = scale.ticks(max(int(room / each), 2), GRIDS.get(axis.unit, DECIMALS), size)
    return Ruler(axis.label, axis.unit, scale, ticks)


def title(axis: Ruler) -> str:
    """The title of an axis."""
    return f"{clipped(axis.label, LONGEST)}, log scale"


def across(axis: Ruler, top: float, bottom: float) -> list[Markup]:
    """An axis at the foot of the plot: grid, ticks, and what it shows. It needs 34 pixels below."""
    middle = (axis.scale.start + axis.scale.end) / 2
    drawn = [tag("text", title(axis), class_="note", x=middle, y=bottom + 32, text_anchor="middle")]
    for value in axis.ticks:
        x = axis.scale(value)
        drawn += [
            tag("line", class_="grid", x1=x, x2=x, y1=top, y2=bottom),
            tag("text", tick(value, axis.unit), class_="tick", x=x, y=bottom + 15, text_anchor="middle"),
        ]
    return drawn


def upwards(axis: Ruler, left: float, right: float) -> list[Markup]:
    """An axis at the left of the plot: grid and ticks."""
    drawn = []
    for value in axis.ticks:
        y = axis.scale(value)
        drawn += [
            tag("line", class_="grid", x1=left, x2=right, y1=y, y2=y),
            tag("text", tick(value, axis.unit), class_="tick", x=left - 8, y=y + 4, text_anchor="end"),
        ]
    return drawn


def _thinned(levels: Sequence[float], scale: LogScale) -> list[float]:
    """Levels with enough room for their labels, from the first on."""
    kept = [levels[0]]
    for level in levels[1:]:
        if scale(level) - scale(kept[-1]) >= BESIDE * 0.8:
            kept.append(level)
    return kept


def tick(value: float, unit: Unit) -> str:
    """A round value, as short as it can be: "10 µs", "64 KiB", "2x", "1 k/s", "1,000", "5 %"."""
    name, size = _named(value, unit)
    return f"{value / size:,.9g}{name}"


def _named(value: float, unit: Unit) -> tuple[str, float]:
    """The unit's name for values of that size, and how much it is."""
    return next((named for named in NAMES[unit] if value >= 0.9995 * named[1]), NAMES[unit][-1])


def text(value: float, unit: Unit) -> str:
    """A measured value."""
    if not math.isfinite(value):
        return UNKNOWN
    if unit == "per s":
        return f"{significant(value)}/s"
    if unit == "count" and value == round(value):
        return f"{value:,.0f}"
    written = {"s": duration, "x": ratio, "bytes": binary, "count": significant, "share": percent}
    return written[unit](value)


def interval(value: Estimate, unit: Unit) -> str:
    """The interval of a measured value, in words."""
    return bounds(value, lambda bound: text(bound, unit))
