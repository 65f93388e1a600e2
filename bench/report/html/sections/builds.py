"""Builds beside each other: the matrix of models, builds and kinds of work, and every cell by build."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bench.analysis.builds import Builds, build_of, plain_loop, speed
from bench.analysis.matrix import KINDS
from bench.analysis.statistics import estimate, verdict
from bench.analysis.summary import Row, Summary
from bench.core.records import RunnerInfo
from bench.findings.text.builds import models
from bench.findings.text.figures import UNKNOWN, bounds, duration, ratio, significant
from bench.report.html.charts import strip
from bench.report.html.charts.scale import around
from bench.report.html.sections.matrix import Entry, Kind, entry, kind_of
from bench.report.html.verdicts import SIGNS, sign


@dataclass(frozen=True)
class Line:
    """A model on a build."""

    build: str
    entries: Sequence[Entry | None]  # one for each kind of work


@dataclass(frozen=True)
class Model:
    """A model on every build that has it."""

    info: RunnerInfo
    lines: Sequence[Line]


@dataclass(frozen=True)
class Matrix:
    """The whole table."""

    titles: Sequence[str]
    reference: str  # the build whose plain loops are 1x
    models: Sequence[Model]


@dataclass(frozen=True)
class Figure:
    """A cell on a build: its time per task, and its speed by that of the first build."""

    time: str
    speed: str
    interval: str


@dataclass(frozen=True)
class Cells:
    """A workload under a model, on every build; None where a build does not have it."""

    workload: str
    runner: str
    figures: Sequence[Figure | None]


def matrix(builds: Builds) -> Matrix | None:
    """The matrix; None where nothing in the run belongs into it."""
    names = [kind for kind in KINDS if any(kind_of(summary, kind) for summary in builds.summaries)]
    if not names:
        return None
    kinds = {name: _kinds(builds, name) for name in names}
    known = {info.name: info for info in builds.run.plan.runners}
    shown = [
        Model(known.get(runner, RunnerInfo(runner, "", "", True)), lines)
        for runner in ["sync", *models(builds)]
        if (lines := _lines(builds, runner, kinds))
    ]
    return Matrix([KINDS[name] for name in names], builds.names[0], shown)


def _kinds(builds: Builds, name: str) -> list[Kind | None]:
    """The column on each build, all on one axis."""
    kinds = [kind_of(summary, name) for summary in builds.summaries]
    ends = [end for kind in kinds if kind for end in kind.ends]
    first = builds.summaries[0]
    for summary in builds.summaries[1:]:
        ends += plain_loop(summary, first, name).values()
    scale = strip.strip_scale(around(ends))
    return [replace(kind, scale=scale) if kind else None for kind in kinds]


def _lines(builds: Builds, runner: str, kinds: Mapping[str, Sequence[Kind | None]]) -> list[Line]:
    lines = []
    for number, summary in enumerate(builds.summaries):
        entries: list[Entry | None] = []
        for name, of_kind in kinds.items():
            kind = of_kind[number]
            if kind is None:
                entries.append(None)
            elif runner == "sync":
                entries.append(_loop(builds, summary, kind))
            else:
                entries.append(entry(kind, summary.matrix.get((runner, name))))
        if any(entries):
            lines.append(Line(build_of(summary).name, entries))
    return lines


def _loop(builds: Builds, summary: Summary, kind: Kind) -> Entry | None:
    """A build's plain loops of a kind, by those of the first build."""
    if not kind.baselines:
        return None
    first = builds.summaries[0]
    rates = [1 / row.seconds_per_task.median for row in kind.baselines]
    low, high = significant(min(rates)), significant(max(rates))
    aside = f"{low if low == high else f'{low} to {high}'} tasks/s"
    names = ", ".join(row.cell.workload for row in kind.baselines)
    if summary is first:
        return Entry("1.00x", aside, "", SIGNS[""], strip.draw("sync", None, kind.scale), False, names)
    ratios = list(plain_loop(summary, first, kind.name).values())
    if not ratios:
        return None
    value = estimate(ratios)
    said = sign(verdict(ratios, len(builds.summaries) - 1, builds.run.plan.threshold))
    meaning = said.meaning.replace("sync", f"the plain loop of {build_of(first).name}")
    return Entry(
        figure=ratio(value.median),
        aside=aside,
        interval=bounds(value),
        sign=replace(said, meaning=meaning),
        strip=strip.draw("sync", value, kind.scale, decided=said.decided),
        leads=False,
        workloads=names,
    )


def cells(builds: Builds) -> list[Cells]:
    """Every cell of the comparison on every build, in the plan's order."""
    found: dict[tuple[str, str], list[Row | None]] = {}
    for number, summary in enumerate(builds.summaries):
        for row in summary.rows:
            place = found.setdefault((row.cell.workload, row.cell.runner), [None] * len(builds.summaries))
            place[number] = row
    return [
        Cells(workload, runner, [_figure(builds, number, row) for number, row in enumerate(rows)])
        for (workload, runner), rows in found.items()
    ]


def _figure(builds: Builds, number: int, row: Row | None) -> Figure | None:
    if row is None:
        return None
    time = duration(row.seconds_per_task.median)
    if number == 0:
        return Figure(time, "", "")
    value = speed(builds.summaries[number], builds.summaries[0], row.cell.workload, row.cell.runner)
    return Figure(time, ratio(value.median), bounds(value)) if value else Figure(time, UNKNOWN, "")
