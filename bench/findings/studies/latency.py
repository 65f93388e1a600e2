"""Latency under load: who keeps the p99 lowest at shares of what each model can do, and how it grows."""

from collections.abc import Sequence

import pandas as pd

from bench.analysis.curves import Curve, CurvePoint, curves_of, paired
from bench.analysis.statistics import LEVEL, Estimate
from bench.analysis.summary import Summary
from bench.analysis.verdicts import estimate_ratio
from bench.core.grouping import grouped
from bench.core.wording import listed
from bench.findings.answer import Answer, Axis, Column, Lines, Series, estimated, figure, name, table
from bench.findings.text.figures import caveat, duration, percent, ratio, significant, whole

NEEDED = ["n", "wall_s", "load", "capacity", "rate", "p50_s", "p95_s", "p99_s", "late_s"]
BEHIND = 1.1  # a batch that lasts so much longer than its arrivals did not keep up with them


def by_load(rows: pd.DataFrame) -> list[Curve]:
    """Every workload and model that was measured, by load. ``lasted`` is the batch's wall time over that of
    its arrivals."""
    if not set(NEEDED) <= set(rows):
        return []
    usable = rows.dropna(subset=NEEDED)
    return curves_of(usable.assign(lasted=usable["wall_s"] * usable["rate"] / usable["n"]), "load")


def p99_growth(curve: Curve) -> Estimate | None:
    """The p99 at the highest load over that at the lowest, block by block."""
    points = curve.points("p99_s")
    pairs = paired(points[-1], points[0], "p99_s")
    return estimate_ratio(pairs) if pairs and len(points) > 1 else None


def fell_behind(point: CurvePoint) -> bool:
    """Whether tasks came faster than they were done, so that the latency grows with the batch."""
    lasted = point.figure("lasted")
    return lasted is not None and lasted.median > BEHIND


def tied(one: CurvePoint, best: CurvePoint, rivals: int) -> bool:
    """Whether the p99 of ``one`` is not shown to be above that of ``best``, with so many ``rivals`` that are
    compared with it."""
    shared = paired(one, best, "p99_s")
    level = 1 - (1 - LEVEL) / max(rivals, 1)
    return not shared or estimate_ratio(shared, level).low <= 1


Families = dict[str, list[Curve]]  # by title


def _rate(value: float | None) -> str:
    return f"{significant(value)}/s"


COLUMNS: Sequence[Column[CurvePoint]] = (
    # All have the same delay, which the study's ``how`` names.
    name("Workload", lambda point: point.curve.workload.partition("(")[0]),
    name("Model", lambda point: point.curve.runner),
    figure("Load", lambda point: point.x, percent, gist=True),
    figure("Offered", lambda point: point.figure("offered"), percent),
    figure("Capacity", lambda point: point.figure("capacity"), _rate),
    figure("Rate", lambda point: point.figure("rate"), _rate, gist=True),
    figure("p50", lambda point: point.figure("p50_s"), duration, gist=True),
    figure("p95", lambda point: point.figure("p95_s"), duration),
    *estimated("p99", lambda point: point.y, duration, gist=True),
    figure("Starts late", lambda point: point.figure("late_s"), duration),
    Column("Blocks", lambda point: str(point.y.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    curves = by_load(summary.of("latency"))
    if not curves:
        return None
    titles = {info.family: info.name for info in summary.run.plan.workloads}
    families = grouped(curves, lambda curve: titles.get(curve.family, curve.family))
    done = [point for curve in curves for point in curve.points("p99_s")]
    return Answer(
        sentences=[*(_lowest(title, same) for title, same in families.items()), *_growth(families)],
        pictures=[_picture(title, same) for title, same in families.items()],
        table=table(COLUMNS, done),
        notes=[_behind(point) for point in done if fell_behind(point)],
    )


def _lowest(title: str, curves: Sequence[Curve]) -> str:
    """Who keeps the p99 lowest at the highest load."""
    load = max(load for curve in curves for load in curve.over_blocks("p99_s"))
    there = [point for curve in curves for point in curve.points("p99_s") if point.x == load]
    best, *others = sorted(there, key=lambda point: point.y.median)
    start = f"{title} at {percent(load)} of what"
    doubt = caveat(point.y for point in there)
    if not others:
        return f"{start} {_name(best.curve, curves)} can do: its p99 is {_figure(best)}{doubt}."
    said = f"{start} each model can do: p99 is lowest under {_name(best.curve, curves)}, {_figure(best)}"
    equal = [point for point in others if tied(point, best, len(others))]
    if equal:
        names = [f"{_name(point.curve, curves)} at {duration(point.y.median)}" for point in equal]
        said += f"; tied with {listed(names)}"
    if others[-1] not in equal:
        said += f"; highest under {_name(others[-1].curve, curves)}, {_figure(others[-1])}"
    return f"{said}{doubt}."


def _growth(families: Families) -> list[str]:
    """How the p99 grows from the lowest load to the highest."""
    grown = [
        (growth, f"{title} under {_name(curve, curves)}")
        for title, curves in families.items()
        for curve in curves
        if (growth := p99_growth(curve)) is not None
    ]
    if not grown:
        return []
    grown.sort(key=lambda each: each[0].median)
    (least, calm), (most, busy) = grown[0], grown[-1]
    loads = [load for curves in families.values() for curve in curves for load in curve.over_blocks("p99_s")]
    start, end = f"At {percent(max(loads))} the p99 is", f"what it is at {percent(min(loads))}"
    doubt = caveat(growth for growth, _ in grown)
    if len(grown) == 1:
        return [f"{start} {ratio(most.median)} {end} ({busy}){doubt}."]
    return [f"{start} {ratio(least.median)} ({calm}) to {ratio(most.median)} ({busy}) {end}{doubt}."]


def _behind(point: CurvePoint) -> str:
    """That tasks came faster than they were done."""
    late = point.curve.over_blocks("lasted")[point.x].median - 1
    return (
        f"{point.curve.workload} under {point.curve.runner} did not keep up at {percent(point.x)}: it"
        f" finished {whole(late)} later than its arrivals; its latency grows with the number of tasks."
    )


def _name(curve: Curve, rivals: Sequence[Curve]) -> str:
    """The model, with the client where its rivals have another."""
    return curve.name if len({rival.client for rival in rivals}) > 1 else curve.runner


def _figure(point: CurvePoint) -> str:
    rate = point.curve.over_blocks("rate")[point.x]
    return f"{duration(point.y.median)} at {significant(rate.median)} tasks/s"


def _picture(title: str, curves: Sequence[Curve]) -> Lines:
    return Lines(
        title=f"{title}: the slowest 1 % by load",
        see="Each model is loaded with a share of its own capacity.",
        x=Axis("arrivals, as a share of the model's capacity", "share"),
        y=Axis("p99 from when a task was due", "s"),
        series=[Series(_name(curve, curves), curve.line("p99_s"), curve.runner) for curve in curves],
    )
