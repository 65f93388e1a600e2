"""The document of a run: of ``run``, ``all``, ``sweep`` and ``advise``."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.flags import Flag
from bench.analysis.statistics import Estimate, estimate_of
from bench.analysis.summary import Row, Summary, figures_by_block
from bench.analysis.verdicts import Verdict
from bench.core.cell import MAIN, Scalar
from bench.core.observation import Cause, Stage
from bench.core.run import Interpreter, Machine, Missing, Run
from bench.findings.advice.facts import facts
from bench.findings.advice.rules import Action, advised
from bench.findings.collect import Build, Findings
from bench.findings.text.notes import notes
from bench.report.documents import SCHEMA
from bench.report.documents.comparison import ComparisonDocument

OF_STUDIES = """
    seconds_per_task tasks_per_s speedup cpu_per_task_s in_flight cores_used p50_s p95_s p99_s startup_s
    memory_peak memory_pss
""".split()  # noqa: SIM905 - twelve names read better so; the figures of the study's procedure come after them


@dataclass(frozen=True)
class CellFigures:
    """A cell of the comparison, over all blocks."""

    python: str
    workload: str
    family: str
    client: str | None
    kind: str  # "io", "cpu-python", "cpu-native", "mixed" or "none"
    params: Mapping[str, Scalar]
    runner: str
    concurrency: int
    tasks: int  # in each batch
    blocks: int
    seconds_per_task: Estimate
    speedup: Estimate | None  # over sync in the same block; null: of the baseline
    verdict: Verdict | None
    limit: float | None  # the speed-up that waiting and computing allow this model
    cpu_per_task_s: float | None
    in_flight: float | None  # mean number of tasks in flight
    p50_s: float | None
    p95_s: float | None
    p99_s: float | None
    memory_pss: float | None
    flags: Sequence[Flag]  # caveats about the cell


@dataclass(frozen=True)
class StudyCell:
    """A cell of a study, over all blocks."""

    study: str
    python: str
    workload: str
    params: Mapping[str, Scalar]
    runner: str
    options: Mapping[str, Scalar]
    concurrency: int
    tasks: int
    figures: Mapping[str, Estimate]  # by the names of ``bench.analysis.frame``, and of the study's procedure


@dataclass(frozen=True)
class KindFigures:
    """A model on a kind of work: the mean over that kind's families."""

    python: str
    kind: str
    runner: str
    speedup: Estimate
    verdict: Verdict
    gains: bool  # with confidence, or with few blocks in each of them


@dataclass(frozen=True)
class AdvisedModel:
    """A model to run a function under."""

    runner: str
    concurrency: int
    speedup: Estimate


@dataclass(frozen=True)
class AdviceFigures:
    """What to do with the user function."""

    function: str
    action: Action  # what to do first
    models: Sequence[AdvisedModel]  # the first, and those tied with it
    seconds_per_call: float
    share_waiting: float


@dataclass(frozen=True)
class VoidResult:
    """A cell that failed in a block."""

    python: str
    workload: str
    runner: str
    study: str
    block: int
    stage: Stage
    cause: Cause | None
    reason: str


@dataclass(frozen=True)
class RunDocument:
    """A run and what it says."""

    folder: str
    report: str  # the path of the HTML report
    status: str  # "done", "interrupted" or "failed"
    created: str  # when it began: ISO 8601, UTC
    command: str
    mode: str
    seed: int
    blocks: int  # begun
    threshold: float  # ratios this close to 1 count as equal
    machine: Machine
    effective_cores: Estimate | None
    interpreters: Sequence[Interpreter]
    services: Mapping[str, str]  # which HTTP server and which MongoDB: name to label
    by_kind: Sequence[KindFigures]
    cells: Sequence[CellFigures]
    studies: Sequence[StudyCell]
    advice: AdviceFigures | None
    caveats: Sequence[str]  # for a reader
    missing: Sequence[Missing]  # cells that were wanted but are unavailable
    failures: Sequence[VoidResult]
    comparison: ComparisonDocument | None  # of --against
    schema: int = SCHEMA


def run_document(
    findings: Findings, report: str, comparison: ComparisonDocument | None = None
) -> RunDocument:
    """The document of a run whose report is at that path."""
    run, plan = findings.run, findings.run.plan
    summaries = [build.summary for build in findings.builds]
    return RunDocument(
        folder=run.folder,
        report=report,
        status=plan.status,
        created=plan.created,
        command=plan.command,
        mode=plan.mode,
        seed=plan.seed,
        blocks=max(each.blocks for each in summaries),
        threshold=plan.threshold,
        machine=plan.machine,
        effective_cores=summaries[0].effective_cores,
        interpreters=plan.interpreters,
        services=plan.services,
        by_kind=[each for build in findings.builds for each in _by_kind(build)],
        cells=[_cell(row) for each in summaries for row in each.rows],
        studies=[cell for each in summaries for cell in _studies(each)],
        advice=_advice(summaries[-1]),
        caveats=notes(summaries),
        missing=plan.missing,
        failures=_failures(run),
        comparison=comparison,
    )


def _by_kind(build: Build) -> Iterator[KindFigures]:
    for cell in build.summary.matrix.values():
        yield KindFigures(build.name, cell.kind, cell.runner, cell.speedup, cell.verdict, cell.wins)


def _cell(row: Row) -> CellFigures:
    cell, info = row.cell, row.info
    return CellFigures(
        python=cell.python,
        workload=cell.workload,
        family=info.family,
        client=info.client,
        kind=info.kind,
        params=cell.spec.params,
        runner=cell.runner,
        concurrency=cell.concurrency,
        tasks=cell.n,
        blocks=row.blocks,
        seconds_per_task=row.seconds_per_task,
        speedup=row.speedup,
        verdict=row.verdict,
        limit=row.possible,
        cpu_per_task_s=row.cpu_per_task_s,
        in_flight=row.in_flight,
        p50_s=row.p50_s,
        p95_s=row.p95_s,
        p99_s=row.p99_s,
        memory_pss=row.memory_pss,
        flags=row.flags,
    )


def _studies(summary: Summary) -> Iterator[StudyCell]:
    """The cells of all studies but the comparison."""
    own = {seen.key: list(seen.figures) for seen in summary.run.observations}
    for cell in summary.run.plan.cells:
        if cell.study == MAIN or cell.study not in summary.run.plan.studies or cell.key not in own:
            continue
        rows = summary.of(cell.study)
        figures = _figures(rows[rows["key"] == cell.key], [*OF_STUDIES, *own[cell.key]])
        about = (cell.workload, cell.spec.params, cell.runner, cell.options, cell.concurrency, cell.n)
        yield StudyCell(cell.study, cell.python, *about, figures)


def _figures(rows: pd.DataFrame, names: Sequence[str]) -> dict[str, Estimate]:
    """Those that are known, by name."""
    found = ((name, estimate_of(figures_by_block(rows, name))) for name in names if name in rows)
    return {name: value for name, value in found if value is not None}


def _advice(summary: Summary) -> AdviceFigures | None:
    known = facts(summary)
    if known is None or summary.python.beside:
        return None
    found = advised(known)
    models = [AdvisedModel(each.curve.runner, round(each.x), each.y) for each in found.models]
    return AdviceFigures(known.name, found.action, models, known.own.seconds, known.share_waiting)


def _failures(run: Run) -> list[VoidResult]:
    failed = [(run.plan.cell[each.key], each) for each in run.failures]
    return [
        VoidResult(
            *(cell.python, cell.workload, cell.runner, cell.study),
            *(each.block, each.stage, each.cause, each.reason),
        )
        for cell, each in failed
    ]
