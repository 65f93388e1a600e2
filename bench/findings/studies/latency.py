"""Latency under load: open-loop arrivals at shares of what each model can do."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.analysis.percentiles import TASKS_FOR_P99
from bench.core.workload import Workload
from bench.findings.answer import Answer, Axis, Lines, Series, Table
from bench.findings.study import Arm, Asked, Study
from bench.findings.text.figures import duration, percent, significant
from bench.planning.sizing import concurrency_of
from workloads.http_fetch import Aiohttp, Httpx
from workloads.mongo import Pymongo, PymongoAsync

if TYPE_CHECKING:
    from bench.analysis.latency import Loaded, Model
    from bench.analysis.summary import Summary

LOADS = (0.5, 0.7, 0.9)
DELAY_S = 0.002  # short, so that a thousand requests one after another take seconds
OWN: Sequence[Workload] = (
    Httpx(delay=DELAY_S),
    Aiohttp(delay=DELAY_S),
    Pymongo(delay=DELAY_S),
    PymongoAsync(delay=DELAY_S),
)
COLUMNS = (
    "Workload",
    "Model",
    "Load",
    "Capacity",
    "Rate",
    "p50",
    "p95",
    "p99",
    "Interval",
    "Starts late",
    "Blocks",
)


class Latency(Study):
    name = "latency"
    title = "Latency under load"
    question = (
        "How long do requests take, from when they should have started, at 50, 70 and 90 % of what each model"
        " can do?"
    )
    place = 60
    takes_workloads = True
    how = """
        In each process, once it is warm, a closed batch of about 0.3 s measures what the model can do, in
        tasks a second at the tasks in flight that it is allowed (16 for what waits, 1 for sync). Then 1,000
        tasks arrive at a share of that, whether or not the ones before them are done, with exponential gaps
        (Poisson arrivals; the same pattern for every model, scaled by its rate). A latency counts from when
        its task was due, so that one which had to wait for its turn has waited: no coordinated omission.
        Timers of asyncio have steps of 1 ms, so a task may begin that much late there, and this counts. A
        model with the greater capacity is loaded with more tasks a second: the rates are in the table. The
        p99 is that of each block's 1,000 tasks; shown is its median over the blocks.
    """

    def arms(self, asked: Asked) -> list[Arm]:
        return [
            Arm(
                workload,
                runner,
                1 if runner.one_at_a_time else concurrency_of(workload, None, asked.cores),
                {"load": load},
                procedure="open_loop",
                n=TASKS_FOR_P99,
            )
            for workload in asked.workloads or OWN
            for runner in asked.runners
            if runner.flavour in workload.flavours
            for load in LOADS
        ]

    def answer(self, summary: Summary) -> Answer | None:
        rows = summary.of(self.name)
        if rows.empty:
            return None
        from bench.analysis.latency import models_of
        from bench.findings.text.latency import behind, sentences

        models = models_of(rows)
        if not models:
            return None
        titles = {info.family: info.name for info in summary.run.plan.workloads}
        table = Table(COLUMNS, [_row(model, at) for model in models for at in model.loads], names=2)
        pictures = [_picture(title, same) for title, same in _families(models, titles)]
        return Answer(
            sentences=sentences(_families(models, titles)),
            pictures=pictures,
            table=table,
            notes=behind(models),
            glance=table.only("Workload", "Model", "Load", "Rate", "p50", "p99"),
        )


def _families(models: Sequence[Model], titles: dict[str, str]) -> list[tuple[str, list[Model]]]:
    """The models of each family, with the family's name."""
    names = dict.fromkeys(model.family for model in models)
    return [(titles.get(name, name), [model for model in models if model.family == name]) for name in names]


def _picture(title: str, models: Sequence[Model]) -> Lines:
    from bench.findings.text.latency import name_of

    return Lines(
        title=f"{title}: the slowest 1 % by load",
        see="Each model is loaded with a share of what it can do itself.",
        x=Axis("arrivals, as a share of the model's capacity", "share"),
        y=Axis("p99 from when a task was due", "s"),
        series=[
            Series(name_of(model, models), [(at.load, at.p99) for at in model.loads], model.runner)
            for model in models
        ],
    )


def _row(model: Model, at: Loaded) -> Sequence[str]:
    return (
        model.workload.partition("(")[0],  # all have the same delay, which ``how`` names
        model.runner,
        percent(at.load),
        f"{significant(at.capacity.median)}/s",
        f"{significant(at.rate.median)}/s",
        duration(at.p50.median),
        duration(at.p95.median),
        duration(at.p99.median),
        f"{duration(at.p99.low)} to {duration(at.p99.high)}",
        duration(at.late.median),
        str(at.p99.n),
    )
