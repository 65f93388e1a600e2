"""Break-even: from which size of task on a parallel model is worth its trouble."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.curves import Crossing, by_block, crossing, medians, points, ratios
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Column, Lines, Mark, Series, estimated, figure, name, table
from bench.findings.text.figures import binary, caveat, duration, interval, ratio, whole


@dataclass(frozen=True, eq=False)
class Variant:
    """A parallel model with its chunks and payload: speed-up by size of task, and where it breaks even."""

    runner: str
    chunk: int
    payload: int
    speedups: Sequence[tuple[float, Estimate]]  # by the seconds of a task in the plain loop
    ahead: Crossing

    @property
    def name(self) -> str:
        return self.runner if self.chunk == 1 else f"{self.runner}, chunks of {self.chunk}"


@dataclass(frozen=True)
class TaskSize:
    """One size of task under it."""

    way: Variant
    seconds: float
    speedup: Estimate


COLUMNS: Sequence[Column[TaskSize]] = (
    name("Model", lambda size: size.way.name),
    Column("Payload", lambda size: binary(size.way.payload), gist=True),
    figure("Task", lambda size: size.seconds, duration, gist=True),
    *estimated("Speed-up", lambda size: size.speedup, ratio, gist=True),
    figure("Break-even", lambda size: size.way.ahead.x, duration),
    Column("Blocks", lambda size: str(size.speedup.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    ways = _ways(summary)
    if not ways:
        return None
    threshold = summary.run.plan.threshold
    said = [_sentence(way, threshold) for way in sorted(ways, key=lambda way: (way.payload, way.chunk))]
    pictures = [_speedups([way for way in ways if not way.payload])]
    if any(way.payload for way in ways):
        pictures.append(_payloads(ways))
    in_order = sorted(ways, key=lambda way: (way.payload, way.name))
    sizes = [TaskSize(way, seconds, value) for way in in_order for seconds, value in way.speedups]
    return Answer(said, pictures, table(COLUMNS, sizes))


def break_even(summary: Summary, runner: str) -> Estimate | None:
    """The size of task (seconds) from which on a model is ahead, for results without a payload."""
    plain = (way for way in _ways(summary) if (way.name, way.payload) == (runner, 0))
    return next((way.ahead.x for way in plain), None)


def _ways(summary: Summary) -> list[Variant]:
    """Speed-up is over the plain loop of as many rounds; the size of a task is its median there."""
    rows = summary.of("break-even")
    if rows.empty:
        return []
    loop = by_block(rows[rows["runner"] == "sync"], "rounds", "seconds_per_task")
    others = rows[rows["runner"] != "sync"]
    size = medians(loop)
    for column, usual in {"chunk": 1, "payload": 0}.items():
        given = others[column] if column in others else pd.Series(usual, others.index)
        others = others.assign(**{column: pd.to_numeric(given, errors="coerce").fillna(usual).astype(int)})
    ways = []
    for (runner, chunk, payload), seen in others.groupby(["runner", "chunk", "payload"]):
        gains = ratios(loop, by_block(seen, "rounds", "seconds_per_task"))
        speedups = [{size[rounds]: gain for rounds, gain in block.items()} for block in gains]
        if speedups:
            ahead = crossing(speedups, 1 + summary.run.plan.threshold)
            by_size = points(dict(enumerate(speedups)))
            ways.append(Variant(str(runner), int(str(chunk)), int(str(payload)), by_size, ahead))
    return ways


def _sentence(way: Variant, threshold: float) -> str:
    model = way.name + (f" with {binary(way.payload)} coming back" if way.payload else "")
    ahead = f"more than {whole(threshold)} ahead of a plain loop"
    doubt = caveat(value for _, value in way.speedups)
    if way.ahead.kind == "at" and way.ahead.x is not None:
        where = f"{duration(way.ahead.x.median)} on ({interval(way.ahead.x, duration)})"
        return f"{model}: {ahead} for tasks from {where}{doubt}."
    return {
        "always": f"{model}: {ahead} at every task size measured{doubt}.",
        "never": f"{model}: not ahead of a plain loop at any task size measured{doubt}.",
    }.get(way.ahead.kind, f"{model}: this run does not show the task size at which it pulls ahead{doubt}.")


def _speedups(plain: Sequence[Variant]) -> Lines:
    return Lines(
        title="Speed-up by size of task",
        see="Below 1x, the round trip costs more than it saves.",
        x=Axis("task in a plain loop", "s"),
        y=Axis("speed-up over a plain loop", "x"),
        series=[Series(way.name, way.speedups, way.runner) for way in plain],
        marks=[Mark(way.name, way.ahead.x, way.runner) for way in plain if way.ahead.x is not None],
        reference=1.0,
    )


def _payloads(ways: Sequence[Variant]) -> Lines:
    lines: dict[tuple[str, str], list[tuple[float, Estimate]]] = {
        (way.name, way.runner): [] for way in ways if way.payload
    }
    for way in sorted(ways, key=lambda way: way.payload):
        if way.ahead.x is not None and (way.name, way.runner) in lines:
            # Logarithms have no place for 0: a result without a payload is a number, some 30 bytes pickled.
            lines[way.name, way.runner].append((max(way.payload, 30), way.ahead.x))
    return Lines(
        title="Break-even by size of result",
        see="The more bytes a result carries, the longer its task must be.",
        x=Axis("bytes of a result", "bytes"),
        y=Axis("shortest task that pays", "s"),
        series=[Series(model, line, runner) for (model, runner), line in lines.items()],
    )
