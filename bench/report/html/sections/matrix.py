"""The matrix: each model on each kind of work, on each build."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.builds import plain_loop
from bench.analysis.matrix import KINDS, leaders
from bench.analysis.summary import Row, Summary
from bench.analysis.verdicts import Verdict, decide, ratio_of
from bench.core.run import RunnerInfo
from bench.findings.text.figures import counted, extent, interval, ratio, short, significant
from bench.report.html.charts import strip
from bench.report.html.charts.scale import LogScale, around
from bench.report.html.style import order
from bench.report.html.svg import Markup
from bench.report.signs import Sign, sign


@dataclass(frozen=True)
class KindColumn:
    """A column: a kind of work, all builds on one axis."""

    name: str
    title: str
    note: str
    scale: LogScale


@dataclass(frozen=True)
class MatrixEntry:
    """A model on a kind of work."""

    figure: str
    aside: str  # "of 15.6x possible"
    interval: str
    sign: Sign
    strip: Markup
    leads: bool
    workloads: str


@dataclass(frozen=True)
class MatrixLine:
    """A model on a build, and what it needs there."""

    build: str
    entries: Sequence[MatrixEntry | None]  # None: not measured on all of the kind
    memory: str
    startup: str


@dataclass(frozen=True)
class Matrix:
    """The whole table: its columns, and the lines of each model."""

    kinds: Sequence[KindColumn]
    models: Sequence[tuple[RunnerInfo, Sequence[MatrixLine]]]

    @property
    def signs(self) -> list[Sign]:
        """The signs that need a word of explanation here."""
        entries = [each for _, lines in self.models for line in lines for each in line.entries]
        seen = {each.sign.word for each in entries if each}
        return [shown for shown in map(sign, Verdict) if shown.word in seen]


def matrix(builds: Sequence[Summary]) -> Matrix | None:
    """The matrix, or None where nothing in the run belongs into it."""
    kinds = [kind for name in KINDS if (kind := _kind(builds, name))]
    if not kinds:
        return None
    known = {info.name: info for build in builds for info in build.run.plan.runners}
    runners = {"sync", *(runner for build in builds for runner, _ in build.matrix)}
    models = [
        (known.get(runner, RunnerInfo(runner, "", "", True)), lines)
        for runner in sorted(runners, key=order)
        if (lines := _lines(builds, runner, kinds))
    ]
    return Matrix(kinds, models)


def _counted(build: Summary, runner: str | None = None, kind: str | None = None) -> list[Row]:
    """The rows behind the matrix."""
    return [
        row
        for row in build.rows
        if not row.info.lesson
        and row.info.kind in (KINDS if kind is None else (kind,))
        and (runner is None or row.cell.runner == runner)
    ]


def _kind(builds: Sequence[Summary], name: str) -> KindColumn | None:
    """A column; None where nothing of the kind was measured."""
    rows = [row for build in builds for row in _counted(build, kind=name)]
    if not rows:
        return None
    cells = [cell for build in builds for cell in build.by_runner(name)]
    ends = [cell.possible for cell in cells if cell.possible]
    ends += [end for cell in cells for end in (cell.speedup.low, cell.speedup.high)]
    ends += [end for build in builds[1:] for end in plain_loop(build, builds[0], name).values()]
    families = {row.info.family for row in rows}
    in_flight = max(row.cell.concurrency for row in rows)
    return KindColumn(
        name=name,
        title=KINDS[name],
        note=f"{counted(len(families), 'family', 'families')}, {in_flight} in flight",
        scale=strip.strip_scale(around(ends)),
    )


def _lines(builds: Sequence[Summary], runner: str, kinds: Sequence[KindColumn]) -> list[MatrixLine]:
    """A model on the builds that have something of it."""
    lines = []
    for build in builds:
        entries = [
            _loop(build, builds, kind) if runner == "sync" else _entry(build, runner, kind) for kind in kinds
        ]
        if any(entries):
            rows = _counted(build, runner=runner)
            memory = extent([row.memory_peak / 2**20 for row in rows if row.memory_peak is not None], short)
            startup = extent([row.startup_s * 1e3 for row in rows if row.startup_s is not None], short)
            lines.append(
                MatrixLine(build.python.name, entries, memory, "none" if runner == "sync" else startup)
            )
    return lines


def _entry(build: Summary, runner: str, kind: KindColumn) -> MatrixEntry | None:
    """The entry of a model on a build in a column."""
    cell = build.matrix.get((runner, kind.name))
    if cell is None:
        return None
    shown = sign(cell.verdict)
    return MatrixEntry(
        figure=ratio(cell.speedup.median),
        aside=f"of {ratio(cell.possible)} possible" if cell.possible else "",
        interval=interval(cell.speedup),
        sign=shown,
        strip=strip.draw(runner, cell.speedup, kind.scale, limit=cell.possible, decided=shown.decided),
        leads=cell in leaders(build.by_runner(kind.name), build.run.plan.threshold),
        workloads=", ".join(cell.workloads),
    )


def _loop(build: Summary, builds: Sequence[Summary], kind: KindColumn) -> MatrixEntry | None:
    """The plain loops of a kind, by those of the first build."""
    first, *others = builds
    baselines = _counted(build, "sync", kind.name)
    value = ratio_of(plain_loop(build, first, kind.name).values()) if build is not first else None
    if not baselines or (build is not first and not value):
        return None
    loops = {each.python.name: list(plain_loop(each, first, kind.name).values()) for each in others}
    verdicts = decide({name: found for name, found in loops.items() if found}, build.run.plan.threshold)
    decided = verdicts[build.python.name] if value else None
    shown = sign(decided, f"the plain loop of {first.python.name}")
    rates = [1 / row.seconds_per_task.median for row in baselines]
    return MatrixEntry(
        figure=ratio(value.median) if value else "1.00x",
        aside=f"{extent(rates, significant)} tasks/s",
        interval=interval(value) if value else "",
        sign=shown,
        strip=strip.draw("sync", value, kind.scale, decided=shown.decided),
        leads=False,
        workloads=", ".join(row.cell.workload for row in baselines),
    )
