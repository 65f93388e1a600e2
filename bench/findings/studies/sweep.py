"""Sweep: throughput, latency, CPU and memory against the tasks in flight."""

from collections.abc import Mapping, Sequence

import pandas as pd

from bench.analysis.curves import RATE, Curve, CurvePoint, Passing, by_block, curves_of, passings, points
from bench.analysis.scalability import Law
from bench.analysis.statistics import exactly
from bench.analysis.summary import Summary
from bench.core.cell import MAIN
from bench.core.grouping import grouped
from bench.findings.answer import (
    Answer,
    Axis,
    Column,
    Lines,
    Mark,
    Series,
    Table,
    Unit,
    estimated,
    figure,
    name,
    table,
)
from bench.findings.text.figures import binary, caveat, duration, interval, percent, significant

FIT_STEPS = 24
MOST_MARKS = 3  # those of the highest curves; the sentences have them all
PICTURES: Sequence[tuple[str, str, str, Unit]] = (
    (RATE, "Throughput", "tasks per second", "per s"),
    ("efficiency", "Share of the limit", "share of what waiting and computing allow", "share"),
    ("p95_s", "Latency, 95th percentile", "seconds per task", "s"),
    ("cpu_per_task_s", "CPU per task", "CPU seconds per task", "s"),
    ("memory_pss", "Memory", "memory of the whole pool", "bytes"),
)

COLUMNS: Sequence[Column[CurvePoint]] = (
    name("Workload", lambda point: point.curve.workload),
    name("Model", lambda point: point.curve.runner),
    Column("In flight", lambda point: f"{point.x:,.0f}"),
    *estimated("Tasks/s", lambda point: point.y, significant),
    figure("Of the limit", lambda point: point.figure("efficiency"), percent),
    figure("p50", lambda point: point.figure("p50_s"), duration),
    figure("p95", lambda point: point.figure("p95_s"), duration),
    figure("p99", lambda point: point.figure("p99_s"), duration),
    figure("CPU a task", lambda point: point.figure("cpu_per_task_s"), duration),
    figure("Memory", lambda point: point.figure("memory_pss"), binary),
    Column("Blocks", lambda point: str(point.y.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = _rows(summary)
    if rows.empty:
        return None
    rows = rows.assign(limit=1 / rows["limit_s"])
    curves = curves_of(rows, "concurrency", [runner.name for runner in summary.run.plan.runners])
    families = grouped(curves, lambda curve: curve.family)
    sentences, pictures, passed = [], [], []
    for family, same in families.items():
        found = passings(same, 1 + summary.run.plan.threshold)
        passed += found
        sentences += [passing_sentence(each) for each in found]
        sentences += [_peak_sentence(curve) for curve in same if curve.law and curve.law.peak]
        pictures += _pictures(family, rows[rows["family"] == family], same, found)
    return Answer(
        sentences=sentences or [_highest(max(curves, key=lambda curve: curve.highest[1]))],
        pictures=pictures,
        table=table(COLUMNS, [point for curve in curves for point in curve.points(RATE)]),
        notes=[*_left_out(summary, curves), *(_law(curve, curve.law) for curve in curves if curve.law)],
        glance=_glance(rows, families),
        passings=passed,
    )


def _rows(summary: Summary) -> pd.DataFrame:
    """What the sweep measured, and of the same curves the level that is the comparison's, in the same blocks:
    the sweep of a default run leaves that out."""
    rows, compared = summary.of("sweep"), summary.of(MAIN)
    if rows.empty:
        return rows
    curve, level = ["block", "workload", "runner"], ["block", "workload", "runner", "concurrency"]
    same_curve = pd.MultiIndex.from_frame(compared[curve]).isin(pd.MultiIndex.from_frame(rows[curve]))
    there = pd.MultiIndex.from_frame(compared[level]).isin(pd.MultiIndex.from_frame(rows[level]))
    return pd.concat([rows, compared[same_curve & ~there]])


def passing_sentence(passing: Passing) -> str:
    """Where one model passes another."""
    ahead, behind, found = passing.ahead, passing.behind, passing.crossing
    if ahead.client == behind.client:  # models are compared with the same client; else both are named
        one, other = ahead.runner, behind.runner
        where = f"{ahead.family} with {ahead.client}" if ahead.client else ahead.family
    else:
        one, other, where = ahead.name, behind.name, ahead.family
    doubt = caveat(value for curve in (ahead, behind) for value in curve.over_blocks(RATE).values())
    if found.kind == "at" and found.x is not None:
        at = f"from about {_short(found.x.median)} in flight ({interval(found.x, _short)})"
        return f"{where}: {one} passes {other} {at}{doubt}."
    return {
        "always": f"{where}: {one} is ahead of {other} at every level where both were measured{doubt}.",
        "never": f"{where}: neither {one} nor {other} gets ahead of the other{doubt}.",
    }.get(found.kind, f"{where}: this run does not show where {one} passes {other}{doubt}.")


def _short(value: float | None) -> str:
    return significant(value, 2)


def _peak_sentence(curve: Curve) -> str:
    at = _short(curve.law.peak if curve.law else None)
    doubt = caveat(curve.over_blocks(RATE).values())
    where = f"highest throughput at about {at} in flight, according to its fit{doubt}"
    return f"{curve.workload} under {curve.runner}: {where}."


def _highest(curve: Curve) -> str:
    concurrency, rate = curve.highest
    done = f"{significant(rate)} tasks/s with {concurrency:,.0f} in flight"
    doubt = caveat(curve.over_blocks(RATE).values())
    return f"Highest throughput: {curve.workload} under {curve.runner}, {done}{doubt}."


def _left_out(summary: Summary, curves: Sequence[Curve]) -> list[str]:
    """The levels that would have taken too long."""
    shown = {(curve.workload, curve.runner) for curve in curves}
    missing = (each for each in summary.run.plan.missing if each.left_out)
    return [
        f"Left out: {each.workload} under {each.runner}; {each.reason}."
        for each in missing
        if (each.workload, each.runner) in shown
    ]


def _law(curve: Curve, law: Law) -> str:
    """The fit's parameters, for who wants to compare them."""
    contention, coherency = (_short(round(x, 9)) for x in (law.contention, law.coherency))
    return (
        f"Fit of {curve.workload} under {curve.runner}: {significant(law.single)} tasks/s with one in flight,"
        f" contention {contention}, coherency {coherency}."
    )


def _pictures(
    family: str, rows: pd.DataFrame, curves: Sequence[Curve], found: Sequence[Passing]
) -> list[Lines]:
    pictures = []
    for column, title, label, unit in PICTURES:
        series = [Series(curve.name, curve.line(column), curve.runner) for curve in curves]
        marks: list[Mark] = []
        if column == RATE:
            series.append(Series("limit", points(by_block(rows, "concurrency", "limit"))))
            series += [_fitted(curve, curve.law) for curve in curves if curve.law]
            marks = [
                Mark(f"{each.ahead.name} passes {each.behind.name}", each.crossing.x, each.ahead.runner)
                for each in found
                if each.crossing.x is not None
            ]
        if drawn := [line for line in series if line.points]:
            see = f"{family}: {label} against tasks in flight."
            x, y = Axis("tasks in flight", "count"), Axis(label, unit)
            pictures.append(Lines(f"{title}: {family}", see, x, y, drawn, marks[:MOST_MARKS]))
    return pictures


def _fitted(curve: Curve, law: Law) -> Series:
    """The law as a line, through every level."""
    steps = [law.last ** (step / FIT_STEPS) for step in range(FIT_STEPS + 1)]
    line = [(step, exactly(law.throughput(step))) for step in steps]
    return Series(f"{curve.name}, fit", line, curve.runner, fit=True)


def _glance(rows: pd.DataFrame, families: Mapping[str, Sequence[Curve]]) -> Table:
    """Tasks a second: a column for each model and client, a line for each concurrency."""
    heads = list(dict.fromkeys((c.runner, c.client) for curves in families.values() for c in curves))
    lines: list[Sequence[str]] = []
    for family, curves in families.items():
        rates = {(curve.runner, curve.client): curve.over_blocks(RATE) for curve in curves}
        limit = dict(points(by_block(rows[rows["family"] == family], "concurrency", "limit")))
        for x in sorted({x for rate in rates.values() for x in rate}):
            found = [*(rates.get(head, {}).get(x) for head in heads), limit.get(x)]
            lines.append(
                (family, f"{x:,.0f}", *(significant(rate.median if rate else None) for rate in found))
            )
    names = [f"{runner}\n{client}" if client else runner for runner, client in heads]
    return Table(("Tasks/s", "In flight", *names, "Limit"), lines)
