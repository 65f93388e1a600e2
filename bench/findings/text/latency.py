"""Latency under load, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.latency import Loaded, Model, tied
from bench.findings.text.caveats import caveat
from bench.findings.text.figures import duration, percent, ratio, significant

Families = Sequence[tuple[str, Sequence[Model]]]  # with their titles


def sentences(families: Families) -> list[str]:
    """Who keeps the p99 lowest at the highest load, in each family; and how it grows until there."""
    said = [_lowest(title, models) for title, models in families]
    return [*said, *_growth(families)]


def name_of(model: Model, rivals: Sequence[Model]) -> str:
    """The model, with the client where its rivals have another."""
    clients = {rival.client for rival in rivals}
    return f"{model.runner} ({model.client})" if len(clients) > 1 else model.runner


def behind(models: Sequence[Model]) -> list[str]:
    """The cells whose tasks came faster than they were done."""
    return [
        f"{model.workload} under {model.runner} did not keep up at {percent(at.load)}: it ended"
        f" {at.lasted.median - 1:.0%} later than its arrivals; its latency grows with the number of tasks."
        for model in models
        for at in model.loads
        if at.fell_behind
    ]


def _lowest(title: str, models: Sequence[Model]) -> str:
    load = max(at.load for model in models for at in model.loads)
    there = {model: at for model in models if (at := model.at(load))}
    ranked = sorted(there, key=lambda model: there[model].p99.median)
    best = ranked[0]
    start = f"{title} at {percent(load)} of what"
    doubt = caveat(at.p99 for at in there.values())
    if len(ranked) == 1:
        return f"{start} {name_of(best, models)} can do: its p99 is {_figure(there[best])}{doubt}."
    equal = [model for model in ranked[1:] if tied(model, best, load, len(ranked) - 1)]
    said = f"{start} each model can do: p99 is lowest under {name_of(best, models)}, {_figure(there[best])}"
    if equal:
        names = " and ".join(f"{name_of(m, models)} at {duration(there[m].p99.median)}" for m in equal)
        said += f"; this run cannot tell it from {names}"
    if ranked[-1] not in equal:
        said += f"; highest under {name_of(ranked[-1], models)}, {_figure(there[ranked[-1]])}"
    return f"{said}{doubt}."


def _figure(at: Loaded) -> str:
    return f"{duration(at.p99.median)} at {significant(at.rate.median)} tasks/s"


def _growth(families: Families) -> list[str]:
    """From the lowest load to the highest."""
    grown = [
        (growth, f"{title} under {name_of(model, models)}")
        for title, models in families
        for model in models
        if (growth := model.growth) is not None
    ]
    if not grown:
        return []
    (least, calm), *_ = ordered = sorted(grown, key=lambda each: each[0].median)
    most, busy = ordered[-1]
    loads = [at.load for _, models in families for model in models for at in model.loads]
    start, end = f"At {percent(max(loads))} the p99 is", f"what it is at {percent(min(loads))}"
    doubt = caveat(growth for growth, _ in grown)
    if len(ordered) == 1:
        return [f"{start} {ratio(most.median)} {end} ({busy}){doubt}."]
    return [f"{start} {ratio(least.median)} ({calm}) to {ratio(most.median)} ({busy}) {end}{doubt}."]
