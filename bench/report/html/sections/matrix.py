"""The matrix: each model on each kind of work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.matrix import KINDS, MatrixCell
from bench.analysis.summary import Row, Summary
from bench.core.records import RunnerInfo
from bench.findings.text.figures import bounds, counted, ratio, significant, spread
from bench.findings.text.headline import leaders
from bench.report.html.charts import strip
from bench.report.html.charts.scale import LogScale, around
from bench.report.html.style import look, order
from bench.report.html.svg import Markup
from bench.report.html.verdicts import SIGNS, Sign, sign


@dataclass(frozen=True)
class Kind:
    """A column: a kind of work."""

    name: str
    title: str
    note: str
    scale: LogScale
    baselines: Sequence[Row]
    leaders: frozenset[str]  # the runners that are fastest, as far as this run can tell
    ends: Sequence[float]  # what its axis must reach


@dataclass(frozen=True)
class Entry:
    """A model on a kind of work."""

    figure: str
    aside: str  # "of 15.6x possible"
    interval: str
    sign: Sign
    strip: Markup
    leads: bool
    workloads: str


@dataclass(frozen=True)
class Model:
    """A line: a model, and what it needs."""

    info: RunnerInfo
    css: str
    baseline: bool
    entries: Sequence[Entry | None]  # None: not measured on all of the kind
    memory: str
    startup: str


@dataclass(frozen=True)
class Matrix:
    """The whole table."""

    kinds: Sequence[Kind]
    models: Sequence[Model]

    @property
    def signs(self) -> list[Sign]:
        """The signs that need a word of explanation here."""
        seen = {each.sign for model in self.models for each in model.entries if each}
        return [sign for sign in SIGNS.values() if sign in seen and sign.glyph]


def matrix(summary: Summary) -> Matrix | None:
    """The matrix, or None where nothing in the run belongs into it."""
    kinds = [kind for name in KINDS if (kind := kind_of(summary, name))]
    if not kinds:
        return None
    runners = {runner for runner, _ in summary.matrix}
    if any(kind.baselines for kind in kinds):
        runners.add("sync")
    return Matrix(kinds, [_model(summary, runner, kinds) for runner in sorted(runners, key=order)])


def _counted(summary: Summary, runner: str | None = None, kind: str | None = None) -> list[Row]:
    """The rows behind the matrix."""
    return [
        row
        for row in summary.rows
        if not row.info.lesson
        and row.info.kind in (KINDS if kind is None else (kind,))
        and (runner is None or row.cell.runner == runner)
    ]


def kind_of(summary: Summary, name: str) -> Kind | None:
    """A column; None where nothing of the kind was measured."""
    rows = _counted(summary, kind=name)
    if not rows:
        return None
    cells = summary.by_runner(name)
    limits = [cell.limit_speedup for cell in cells if cell.limit_speedup]
    ends = limits + [end for cell in cells for end in (cell.speedup.low, cell.speedup.high)]
    families = {row.info.family for row in rows}
    in_flight = max(row.cell.concurrency for row in rows)
    best = leaders(cells, summary.run.plan.threshold)
    return Kind(
        name=name,
        title=KINDS[name],
        note=f"{counted(len(families), 'family').replace('familys', 'families')}, {in_flight} in flight",
        scale=strip.strip_scale(around(ends)),
        baselines=[row for row in rows if row.is_baseline],
        leaders=frozenset(cell.runner for cell in best),
        ends=ends,
    )


def _model(summary: Summary, runner: str, kinds: Sequence[Kind]) -> Model:
    known = {info.name: info for info in summary.run.plan.runners}
    rows = _counted(summary, runner=runner)
    baseline = runner == "sync"
    startups = [row.startup_s for row in rows if row.startup_s is not None]
    return Model(
        info=known.get(runner, RunnerInfo(runner, "", "", True)),
        css=look(runner).css,
        baseline=baseline,
        entries=[
            _baseline(kind) if baseline else entry(kind, summary.matrix.get((runner, kind.name)))
            for kind in kinds
        ],
        memory=spread([row.memory_peak for row in rows if row.memory_peak is not None], 2**20),
        startup="none" if baseline else spread(startups, 1e-3),
    )


def entry(kind: Kind, cell: MatrixCell | None) -> Entry | None:
    """What a column says of a model."""
    if cell is None:
        return None
    shown = sign(cell.verdict)
    return Entry(
        figure=ratio(cell.speedup.median),
        aside=f"of {ratio(cell.limit_speedup)} possible" if cell.limit_speedup else "",
        interval=bounds(cell.speedup),
        sign=shown,
        strip=strip.draw(
            cell.runner, cell.speedup, kind.scale, limit=cell.limit_speedup, decided=shown.decided
        ),
        leads=cell.runner in kind.leaders,
        workloads=", ".join(cell.workloads),
    )


def _baseline(kind: Kind) -> Entry | None:
    if not kind.baselines:
        return None
    rates = [1 / row.seconds_per_task.median for row in kind.baselines]
    low, high = significant(min(rates)), significant(max(rates))
    return Entry(
        figure="1.00x",
        aside=f"{low if low == high else f'{low} to {high}'} tasks/s",
        interval="",
        sign=SIGNS[""],
        strip=strip.draw("sync", None, kind.scale),
        leads=False,
        workloads=", ".join(row.cell.workload for row in kind.baselines),
    )
