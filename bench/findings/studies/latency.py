"""Latency under load: open-loop arrivals at shares of what each model can do."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.latency import Loaded, Model, models_of
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Lines, Series, Table
from bench.findings.text.figures import duration, percent, significant
from bench.findings.text.latency import behind, name_of, sentences

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


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("latency")
    if rows.empty:
        return None
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
