"""Break-even: from which size of task on a parallel model is worth its trouble."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.crossings import Crossing, crossing
from bench.analysis.series import by_block, medians, points
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Lines, Mark, Picture, Series, Table
from bench.findings.text.figures import UNKNOWN, binary, bounds, duration, ratio, reach


@dataclass(frozen=True)
class Way:
    """A parallel model, with its chunks and payload."""

    runner: str
    chunk: int
    payload: int

    @property
    def name(self) -> str:
        return self.runner if self.chunk == 1 else f"{self.runner}, chunks of {self.chunk}"


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("break-even")
    if rows.empty or not (rows["runner"] == "sync").any():
        return None
    ways = _ways(rows)
    if not ways:
        return None
    level = 1 + summary.run.plan.threshold
    found = {way: crossing(list(speedups.values()), level) for way, speedups in ways.items()}
    pictures: list[Picture] = [_speedups(ways, found)]
    if any(way.payload for way in ways):
        pictures.append(_payloads(found))
    table = _table(ways, found)
    glance = table.only("Model", "Payload", "Task", "Speed-up")
    return Answer(_sentences(found, level), pictures, table, glance=glance)


def place(summary: Summary, runner: str) -> Estimate | None:
    """The size of task (seconds) from which on a model is ahead, for results without a payload."""
    rows = summary.of("break-even")
    if rows.empty:
        return None
    ways = _ways(rows)
    plain = Way(runner, 1, 0)
    if plain not in ways:
        return None
    return crossing(list(ways[plain].values()), 1 + summary.run.plan.threshold).x


def _ways(rows: pd.DataFrame) -> dict[Way, dict[int, dict[float, float]]]:
    """Speed-up over the plain loop of as many rounds, by way, block and size of task (seconds in the plain
    loop, its median)."""
    loops = rows[rows["runner"] == "sync"]
    baseline = by_block(loops, "rounds", "seconds_per_task")
    size = medians(baseline)
    ways: dict[Way, dict[int, dict[float, float]]] = {}
    others = rows[rows["runner"] != "sync"]
    for name, usual in {"chunk": 1, "payload": 0}.items():
        given = others[name] if name in others else pd.Series(usual, others.index)
        others = others.assign(**{name: pd.to_numeric(given, errors="coerce").fillna(usual).astype(int)})
    for (runner, chunk, payload), seen in others.groupby(["runner", "chunk", "payload"]):
        speedups: dict[int, dict[float, float]] = {}
        for block, taken in by_block(seen, "rounds", "seconds_per_task").items():
            loop = baseline.get(block, {})
            pairs = {size[rounds]: loop[rounds] / taken[rounds] for rounds in taken if rounds in loop}
            if pairs:
                speedups[block] = pairs
        if speedups:
            ways[Way(str(runner), int(float(str(chunk))), int(float(str(payload))))] = speedups
    return ways


def _speedups(
    ways: Mapping[Way, Mapping[int, Mapping[float, float]]], found: Mapping[Way, Crossing]
) -> Lines:
    plain = [way for way in ways if not way.payload]
    marks = [Mark(way.name, place, way.runner) for way in plain if (place := found[way].x) is not None]
    return Lines(
        title="Speed-up by size of task",
        see="Below 1x the trip costs more than it saves.",
        x=Axis("task in a plain loop", "s"),
        y=Axis("speed-up over a plain loop", "x"),
        series=[Series(way.name, points(ways[way]), way.runner) for way in plain],
        marks=marks,
        reference=1.0,
    )


def _payloads(found: Mapping[Way, Crossing]) -> Lines:
    names = dict.fromkeys((way.name, way.runner) for way in found if way.payload)
    series = []
    for name, runner in names:
        same = sorted((way for way in found if way.name == name), key=lambda way: way.payload)
        # Logarithms have no place for 0: a result without a payload is a number, some 30 bytes pickled.
        line = [(max(way.payload, 30), place) for way in same if (place := found[way].x) is not None]
        series.append(Series(name, line, runner))
    return Lines(
        title="Break-even by what comes back",
        see="The more bytes a result carries, the longer its task must be.",
        x=Axis("bytes of a result", "bytes"),
        y=Axis("shortest task that pays", "s"),
        series=series,
    )


def _sentences(found: Mapping[Way, Crossing], level: float) -> list[str]:
    return [
        _sentence(way, found[way], level) for way in sorted(found, key=lambda way: (way.payload, way.chunk))
    ]


def _sentence(way: Way, crossed: Crossing, level: float) -> str:
    name = way.name + (f" with {binary(way.payload)} coming back" if way.payload else "")
    ahead = f"more than {level - 1:.0%} ahead of a plain loop"
    if crossed.kind == "at" and crossed.x is not None:
        where = f"{duration(crossed.x.median)} on ({reach(crossed.x, duration)})"
        return f"{name}: {ahead} for tasks from {where}."
    return {
        "always": f"{name}: {ahead} at every size of task that was measured.",
        "never": f"{name}: not ahead of a plain loop at any size of task that was measured.",
    }.get(crossed.kind, f"{name}: the blocks do not agree from which size of task on it is ahead.")


def _table(ways: Mapping[Way, Mapping[int, Mapping[float, float]]], found: Mapping[Way, Crossing]) -> Table:
    rows: list[Sequence[str]] = []
    for way, speedups in sorted(ways.items(), key=lambda item: (item[0].payload, item[0].name)):
        place = found[way].x
        even = duration(place.median) if place else UNKNOWN
        rows += [
            (
                way.name,
                binary(way.payload),
                duration(size),
                ratio(value.median),
                bounds(value),
                even,
                str(value.n),
            )
            for size, value in points(speedups)
        ]
    columns = ("Model", "Payload", "Task", "Speed-up", "Interval", "Break-even", "Blocks")
    return Table(columns, rows)
