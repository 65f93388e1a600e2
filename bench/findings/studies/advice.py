"""Advice: which model a function of the user's own should run under, and with how many at once."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.advice import Way, facts
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Dot, Dots
from bench.findings.columns import Column, figure, name, table
from bench.findings.text.advice import sentences
from bench.findings.text.figures import bounds, duration, ratio, significant

COLUMNS: Sequence[Column[Way]] = (
    name("Model", lambda way: way.runner),
    Column("At once", lambda way: str(way.in_flight), gist=True),
    figure("Speed-up", lambda way: way.speedup, ratio, gist=True),
    Column("Interval", lambda way: bounds(way.speedup) if way.runner != "sync" else "", gist=True),
    figure("At most", lambda way: way.limit if way.runner != "sync" else None, ratio, gist=True),
    figure("Calls/s", lambda way: 1 / way.seconds, significant, gist=True),
    figure("CPU a call", lambda way: way.cpu_s, duration),
    figure("Start-up", lambda way: way.startup_s, duration),
    Column("Blocks", lambda way: str(way.speedup.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    found = facts(summary)
    if found is None:
        return None
    return Answer(sentences(found), _pictures(found.ways), table(COLUMNS, found.ways))


def _pictures(ways: Sequence[Way]) -> list[Dots]:
    dots = [
        Dot(way.runner, way.speedup, way.runner, group=f"{way.in_flight} at once")
        for way in sorted(ways, key=lambda way: (way.in_flight, -way.speedup.median))
        if way.runner != "sync"
    ]
    see = "Right of 1x, the model does more calls a second than a plain loop."
    axis = Axis("speed-up over a plain loop", "x")
    return [Dots("Speed-up over a plain loop", see, axis, dots)] if dots else []
