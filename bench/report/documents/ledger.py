"""The document of ``claims``."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bench.core.run import Run
from bench.findings.claim import ClaimVerdict
from bench.findings.collect import Build, Judged, Replied, collect
from bench.report.documents import SCHEMA


@dataclass(frozen=True)
class ClaimEntry:
    """A claim and its verdict."""

    id: str
    statement: str
    condition: str  # where it is said to hold
    test: str  # what decides, fixed beforehand
    verdict: ClaimVerdict
    because: str  # the figures that decided it, for a reader
    measure: str  # the command whose run can decide it


@dataclass(frozen=True)
class QuestionEntry:
    """A reader's question and its answer."""

    ask: str
    answer: str | None  # None: not measured
    condition: str | None
    measure: str  # the command whose run can answer it


@dataclass(frozen=True)
class BuildLedger:
    """The ledger of one interpreter."""

    python: str
    claims: Sequence[ClaimEntry]
    questions: Sequence[QuestionEntry]


@dataclass(frozen=True)
class LedgerDocument:
    """The claims and questions, judged by a run."""

    folder: str  # of the run that judges
    created: str  # when that began: ISO 8601, UTC
    command: str  # that measured it
    builds: Sequence[BuildLedger]
    schema: int = SCHEMA


def ledger_document(run: Run, chosen: Collection[str] = ()) -> LedgerDocument:
    """The document of a run, of the ``chosen`` interpreters or of all."""
    builds = [_of(build) for build in collect(run).builds if not chosen or build.name in chosen]
    return LedgerDocument(run.folder, run.plan.created, run.plan.command, builds)


def _of(build: Build) -> BuildLedger:
    return BuildLedger(build.name, list(map(_claim, build.judged)), list(map(_question, build.replies)))


def _claim(each: Judged) -> ClaimEntry:
    claim, found = each.claim, each.judgement
    told = (claim.id, claim.statement, claim.condition, claim.test)
    return ClaimEntry(*told, found.verdict, found.because, claim.measure)


def _question(each: Replied) -> QuestionEntry:
    reply = each.reply
    return QuestionEntry(
        each.question.ask,
        reply.text if reply else None,
        reply.condition if reply else None,
        each.question.measure,
    )
