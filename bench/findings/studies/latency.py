"""Latency under load: who keeps the p99 lowest at shares of what each model can do, and how it grows."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.latency import Loaded, Model, models_of, tied
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Lines, Series
from bench.findings.columns import Column, estimated, figure, name, table
from bench.findings.text.caveats import caveat
from bench.findings.text.figures import duration, listed, percent, ratio, significant

Families = dict[str, list[Model]]  # by title

COLUMNS: Sequence[Column[tuple[Model, Loaded]]] = (
    # All have the same delay, which the study's ``how`` names.
    name("Workload", lambda row: row[0].workload.partition("(")[0]),
    name("Model", lambda row: row[0].runner),
    figure("Load", lambda row: row[1].load, percent, gist=True),
    Column("Capacity", lambda row: _rate(row[1].capacity.median)),
    Column("Rate", lambda row: _rate(row[1].rate.median), gist=True),
    figure("p50", lambda row: row[1].p50, duration, gist=True),
    figure("p95", lambda row: row[1].p95, duration),
    *estimated("p99", lambda row: row[1].p99, duration, gist=True),
    figure("Starts late", lambda row: row[1].late, duration),
    Column("Blocks", lambda row: str(row[1].p99.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    models = models_of(summary.of("latency"))
    if not models:
        return None
    titles = {info.family: info.name for info in summary.run.plan.workloads}
    families: Families = {}
    for model in models:
        families.setdefault(titles.get(model.family, model.family), []).append(model)
    return Answer(
        sentences=[*(_lowest(title, models) for title, models in families.items()), *_growth(families)],
        pictures=[_picture(title, models) for title, models in families.items()],
        table=table(COLUMNS, [(model, at) for model in models for at in model.loads]),
        notes=_behind(models),
    )


def _lowest(title: str, models: Sequence[Model]) -> str:
    """Who keeps the p99 lowest at the highest load."""
    load = max(at.load for model in models for at in model.loads)
    there = {model: at for model in models if (at := model.at(load))}
    best, *others = sorted(there, key=lambda model: there[model].p99.median)
    start = f"{title} at {percent(load)} of what"
    doubt = caveat(at.p99 for at in there.values())
    if not others:
        return f"{start} {_name(best, models)} can do: its p99 is {_figure(there[best])}{doubt}."
    equal = [model for model in others if tied(model, best, load, len(others))]
    said = f"{start} each model can do: p99 is lowest under {_name(best, models)}, {_figure(there[best])}"
    if equal:
        names = listed([f"{_name(each, models)} at {duration(there[each].p99.median)}" for each in equal])
        said += f"; this run cannot tell it from {names}"
    if others[-1] not in equal:
        said += f"; highest under {_name(others[-1], models)}, {_figure(there[others[-1]])}"
    return f"{said}{doubt}."


def _growth(families: Families) -> list[str]:
    """How the p99 grows from the lowest load to the highest."""
    grown = [
        (growth, f"{title} under {_name(model, models)}")
        for title, models in families.items()
        for model in models
        if (growth := model.growth) is not None
    ]
    if not grown:
        return []
    grown.sort(key=lambda each: each[0].median)
    (least, calm), (most, busy) = grown[0], grown[-1]
    loads = [at.load for models in families.values() for model in models for at in model.loads]
    start, end = f"At {percent(max(loads))} the p99 is", f"what it is at {percent(min(loads))}"
    doubt = caveat(growth for growth, _ in grown)
    if len(grown) == 1:
        return [f"{start} {ratio(most.median)} {end} ({busy}){doubt}."]
    return [f"{start} {ratio(least.median)} ({calm}) to {ratio(most.median)} ({busy}) {end}{doubt}."]


def _behind(models: Sequence[Model]) -> list[str]:
    """The cells whose tasks came faster than they were done."""
    return [
        f"{model.workload} under {model.runner} did not keep up at {percent(at.load)}: it ended"
        f" {at.lasted.median - 1:.0%} later than its arrivals; its latency grows with the number of tasks."
        for model in models
        for at in model.loads
        if at.fell_behind
    ]


def _name(model: Model, rivals: Sequence[Model]) -> str:
    """The model, with the client where its rivals have another."""
    several = len({rival.client for rival in rivals}) > 1
    return f"{model.runner} ({model.client})" if several else model.runner


def _figure(at: Loaded) -> str:
    return f"{duration(at.p99.median)} at {significant(at.rate.median)} tasks/s"


def _rate(value: float) -> str:
    return f"{significant(value)}/s"


def _picture(title: str, models: Sequence[Model]) -> Lines:
    return Lines(
        title=f"{title}: the slowest 1 % by load",
        see="Each model is loaded with a share of what it can do itself.",
        x=Axis("arrivals, as a share of the model's capacity", "share"),
        y=Axis("p99 from when a task was due", "s"),
        series=[
            Series(_name(model, models), [(at.load, at.p99) for at in model.loads], model.runner)
            for model in models
        ],
    )
