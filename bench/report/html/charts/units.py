"""Values in the unit of an axis, as text."""

from __future__ import annotations

import math
from collections.abc import Sequence

from bench.analysis.statistics import Estimate
from bench.findings.answer import Unit
from bench.findings.text.figures import UNKNOWN, binary, duration, percent, ratio, significant
from bench.report.html.charts.scale import DECIMALS, POWERS_OF_2, RATIOS, Grid

# Each unit's names with their sizes, from the largest.
NAMES: dict[Unit, Sequence[tuple[str, float]]] = {
    "s": ((" s", 1.0), (" ms", 1e-3), (" µs", 1e-6)),
    "x": (("x", 1.0),),
    "bytes": ((" GiB", 2.0**30), (" MiB", 2.0**20), (" KiB", 2.0**10), (" B", 1.0)),
    "per s": ((" M/s", 1e6), (" k/s", 1e3), ("/s", 1.0)),
    "count": (("", 1.0),),
    "share": ((" %", 0.01),),
}


def grids(unit: Unit) -> Sequence[Grid]:
    """Where an axis of that unit may have its ticks."""
    return {"x": RATIOS, "bytes": POWERS_OF_2}.get(unit, DECIMALS)


def tick(value: float, unit: Unit) -> str:
    """A round value, as short as it can be: "10 µs", "64 KiB", "2x", "1 k/s", "1,000", "5 %"."""
    names = NAMES[unit]
    name, size = next((named for named in names if value >= 0.9995 * named[1]), names[-1])
    return f"{value / size:,.9g}{name}"


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
    if value.n < 2:
        return "1 block"
    return f"{text(value.low, unit)} to {text(value.high, unit)}"
