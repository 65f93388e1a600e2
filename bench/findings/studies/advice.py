"""Advice: which model a function of the user should run under, at which concurrency, and why."""

from collections.abc import Sequence

from bench.analysis.curves import CurvePoint
from bench.analysis.function_rows import model_of
from bench.analysis.summary import Summary
from bench.findings.advice.facts import FunctionFacts, facts
from bench.findings.answer import Answer, Axis, Column, Dot, Dots, figure, name, table
from bench.findings.text import free_threading
from bench.findings.text.advice import sentences
from bench.findings.text.figures import duration, interval, ratio, significant


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    found = facts(summary)
    if found is None:
        return None
    if summary.python.beside:
        return Answer(free_threading.held_against(found), [], table(columns(found), found.points))
    said = [*sentences(found), *free_threading.sentences(found)]
    return Answer(said, _pictures(found), table(columns(found), found.points))


def columns(facts: FunctionFacts) -> Sequence[Column[CurvePoint]]:
    """Of the table. No limit of what computes in other processes, whose CPU time no cell knows."""

    def limit(point: CurvePoint) -> float | None:
        return None if point.curve.runner == "sync" or facts.children_compute else facts.limit(point)

    each = "call" if facts.own.group == 1 else "task"

    def calls(point: CurvePoint) -> float | None:
        rate = point.figure("tasks_per_s")
        return rate.median * facts.own.group if rate else None

    return (
        name("Model", lambda point: point.curve.runner),
        Column("Concurrency", lambda point: f"{point.x:,.0f}", gist=True),
        figure("Speed-up", lambda point: point.y, ratio, gist=True),
        Column("Interval", lambda p: interval(p.y) if p.curve.runner != "sync" else "", gist=True),
        figure("Limit", limit, ratio, gist=True),
        figure("Calls/s", calls, significant, gist=True),
        figure(
            f"CPU a {each}",
            lambda point: point.figure("cpu_per_task_s"),
            duration,
        ),
        figure("Start-up", lambda point: point.figure("startup_s"), duration),
        Column("Blocks", lambda point: str(point.y.n)),
    )


def _pictures(facts: FunctionFacts) -> list[Dots]:
    dots = [
        Dot(point.curve.runner, point.y, model_of(point), group=f"{concurrency} in flight")
        for concurrency in facts.concurrencies
        for point in facts.at(concurrency)
    ]
    see = "Right of 1x, the model does more calls a second than a plain loop."
    axis = Axis("speed-up over a plain loop", "x")
    return [Dots("Speed-up over a plain loop", see, axis, dots)] if dots else []
