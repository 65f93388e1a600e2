"""Sweep: throughput, latency, CPU and memory against the tasks in flight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from bench.analysis.crossings import Crossing
from bench.analysis.curves import Curve, crossings_of, curves_of
from bench.analysis.scalability import Law
from bench.analysis.series import by_block, medians, points
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Lines, Mark, Series, Table, Unit
from bench.findings.text.figures import binary, duration, percent, reach, significant

FIT_STEPS = 24
MOST_MARKS = 3  # those of the highest curves; the sentences have them all
MEDIANS = ("efficiency", "p50_s", "p95_s", "p99_s", "cpu_per_task_s", "memory_pss")
TABLE = (
    "Workload",
    "Model",
    "In flight",
    "Tasks/s",
    "Interval",
    "Of the limit",
    "p50",
    "p95",
    "p99",
    "CPU a task",
    "Memory",
    "Blocks",
)
COLUMNS: dict[str, tuple[str, str, Unit]] = {
    "tasks_per_s": ("Throughput", "tasks per second", "per s"),
    "p95_s": ("Latency, 95th percentile", "seconds a task takes", "s"),
    "cpu_per_task_s": ("CPU per task", "CPU seconds per task", "s"),
    "memory_pss": ("Memory", "memory of the whole pool", "bytes"),
}


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("sweep")
    if rows.empty:
        return None
    curves = curves_of(rows, [runner.name for runner in summary.run.plan.runners])
    threshold = summary.run.plan.threshold
    sentences: list[str] = []
    pictures = []
    for family in dict.fromkeys(curve.family for curve in curves):
        same = [curve for curve in curves if curve.family == family]
        crossings = crossings_of(same, 1 + threshold)
        sentences += [_sentence(family, pair, found) for pair, found in crossings.items()]
        sentences += [_peak_sentence(c, c.law) for c in same if c.law and c.law.peak]
        pictures += _pictures(family, rows[rows["family"] == family], same, crossings)
    if not sentences:
        best = max(curves, key=lambda curve: curve.highest[1])
        sentences = [f"Highest throughput: {_peak(best)}."]
    laws = [_law(curve, curve.law) for curve in curves if curve.law]
    return Answer(sentences, pictures, _table(rows, curves), laws, _glance(rows, curves))


def _sentence(family: str, pair: tuple[Curve, Curve], found: Crossing) -> str:
    ahead, behind = pair
    if ahead.client == behind.client:  # models are compared with the same client; else both are named
        one, other = ahead.runner, behind.runner
        where = f"{family} with {ahead.client}" if ahead.client else family
    else:
        one, other, where = ahead.name, behind.name, family
    if found.kind == "at" and found.x is not None:
        at = f"from about {_level(found.x.median)} in flight ({reach(found.x, _level)})"
        return f"{where}: {one} passes {other} {at}."
    return {
        "always": f"{where}: {one} is ahead of {other} at every level that both were measured at.",
        "never": f"{where}: neither of {one} and {other} gets ahead of the other.",
    }.get(found.kind, f"{where}: the blocks do not agree where {one} passes {other}.")


def _level(value: float) -> str:
    return significant(value, 2)


def _peak_sentence(curve: Curve, law: Law) -> str:
    at = significant(law.peak, 2)
    return f"{curve.workload} under {curve.runner}: highest throughput at about {at} in flight, by its fit."


def _law(curve: Curve, law: Law) -> str:
    """The fit's parameters, for who wants to compare them."""
    contention, coherency = (significant(round(x, 9), 2) for x in (law.contention, law.coherency))
    return (
        f"Fit of {curve.workload} under {curve.runner}: {significant(law.single)} tasks/s with one in flight,"
        f" contention {contention}, coherency {coherency}."
    )


def _fitted(curve: Curve, law: Law) -> Series:
    """The law as a line, through every level."""
    levels = [law.last ** (step / FIT_STEPS) for step in range(FIT_STEPS + 1)]
    exact = [(level, Estimate(x, x, x, 1.0, 1)) for level in levels for x in [law.throughput(level)]]
    return Series(f"{curve.name}, fit", exact, curve.runner, fit=True)


def _peak(curve: Curve) -> str:
    level, highest = curve.highest
    rate = significant(highest)
    return f"{curve.workload} under {curve.runner}, {rate} tasks/s with {level:,.0f} in flight"


def _pictures(
    family: str,
    rows: pd.DataFrame,
    curves: Sequence[Curve],
    crossings: Mapping[tuple[Curve, Curve], Crossing],
) -> list[Lines]:
    x = Axis("tasks in flight", "count")
    pictures = []
    for column, (title, label, unit) in COLUMNS.items():
        series = []
        for curve in curves:
            seen = rows[(rows["workload"] == curve.workload) & (rows["runner"] == curve.runner)]
            series.append(Series(curve.name, points(by_block(seen, "concurrency", column)), curve.runner))
        marks: list[Mark] = []
        if column == "tasks_per_s":
            limits = rows.assign(limit=1 / rows["limit_s"])
            series.append(Series("limit", points(by_block(limits, "concurrency", "limit"))))
            series += [_fitted(curve, curve.law) for curve in curves if curve.law]
            found = [
                Mark(f"{ahead.name} passes {behind.name}", crossed.x, ahead.runner)
                for (ahead, behind), crossed in crossings.items()
                if crossed.x is not None
            ]
            marks = found[:MOST_MARKS]
        drawn = [line for line in series if line.points]
        if drawn:
            see = f"{family}: {label} against tasks in flight."
            pictures.append(Lines(f"{title}: {family}", see, x, Axis(label, unit), drawn, marks))
    return pictures


def _table(rows: pd.DataFrame, curves: Sequence[Curve]) -> Table:
    lines: list[Sequence[str]] = []
    for curve in curves:
        seen = rows[(rows["workload"] == curve.workload) & (rows["runner"] == curve.runner)]
        middle = {name: medians(by_block(seen, "concurrency", name)) for name in MEDIANS}
        for level, rate in points(curve.throughput):
            at = {name: values.get(level) for name, values in middle.items()}
            lines.append(
                (
                    curve.workload,
                    curve.runner,
                    f"{level:,.0f}",
                    significant(rate.median),
                    reach(rate, significant),
                    percent(at["efficiency"]),
                    duration(at["p50_s"]),
                    duration(at["p95_s"]),
                    duration(at["p99_s"]),
                    duration(at["cpu_per_task_s"]),
                    binary(at["memory_pss"]),
                    str(rate.n),
                )
            )
    return Table(TABLE, lines, names=2)


def _glance(rows: pd.DataFrame, curves: Sequence[Curve]) -> Table:
    """Tasks a second: a column for each model and client, a line for each level."""
    heads = list(dict.fromkeys((curve.runner, curve.client) for curve in curves))
    lines: list[Sequence[str]] = []
    for family in dict.fromkeys(curve.family for curve in curves):
        rates = {(c.runner, c.client): medians(c.throughput) for c in curves if c.family == family}
        within = rows[rows["family"] == family]
        limit = medians(by_block(within.assign(limit=1 / within["limit_s"]), "concurrency", "limit"))
        for level in sorted({level for rate in rates.values() for level in rate}):
            figures = [significant(rates.get(head, {}).get(level)) for head in heads]
            lines.append((family, f"{level:,.0f}", *figures, significant(limit.get(level))))
    names = [f"{runner}\n{client}" if client else runner for runner, client in heads]
    return Table(("Tasks/s", "In flight", *names, "Limit"), lines)
