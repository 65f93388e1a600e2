"""Advice: which model a function of the user's own should run under, and with how many at once."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.advice import Facts, Way, facts
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Dot, Dots, Table
from bench.findings.text.advice import sentences
from bench.findings.text.figures import UNKNOWN, bounds, duration, ratio, significant

COLUMNS = (
    "Model",
    "At once",
    "Speed-up",
    "Interval",
    "At most",
    "Calls/s",
    "CPU a call",
    "Start-up",
    "Blocks",
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    found = facts(summary)
    if found is None:
        return None
    said = sentences(found)
    table = Table(COLUMNS, [_row(way) for way in found.ways])
    glance = table.only("Model", "At once", "Speed-up", "Interval", "At most", "Calls/s")
    return Answer(said, _pictures(found), table, glance=glance)


def _pictures(found: Facts) -> Sequence[Dots]:
    dots = [
        Dot(way.runner, way.speedup, way.runner, ratio(way.speedup.median), f"{way.in_flight} at once")
        for way in sorted(found.ways, key=lambda way: (way.in_flight, -way.speedup.median))
        if way.runner != "sync"
    ]
    see = "Right of 1x, the model does more calls a second than a plain loop."
    return (
        [Dots("Speed-up over a plain loop", see, Axis("speed-up over a plain loop", "x"), dots)]
        if dots
        else []
    )


def _row(way: Way) -> Sequence[str]:
    return (
        way.runner,
        str(way.in_flight),
        ratio(way.speedup.median),
        bounds(way.speedup) if way.runner != "sync" else "",
        ratio(way.limit) if way.limit and way.runner != "sync" else UNKNOWN,
        significant(1 / way.seconds),
        duration(way.cpu_s),
        duration(way.startup_s),
        str(way.speedup.n),
    )
