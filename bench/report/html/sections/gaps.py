"""What this run wanted and does not have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.summary import Summary
from bench.core.records import MAIN, Run
from bench.findings.collect import Answered
from bench.findings.text.figures import clipped
from bench.planning.study import STUDIES, Study

MOST_SHOWN = 60
LONGEST_REASON = 600


@dataclass(frozen=True)
class Lost:
    """A cell that failed in the same way in some blocks."""

    workload: str
    runner: str
    python: str
    stage: str
    reason: str
    blocks: str


@dataclass(frozen=True)
class Failures:
    """What failed, and how much of it is not shown."""

    shown: Sequence[Lost]
    more: int


@dataclass(frozen=True)
class Unanswered:
    """A study that this run says nothing of."""

    title: str
    question: str
    why: str
    command: str = ""  # that would answer it


def failures(run: Run) -> Failures:
    """The failures of the run; the same one in several blocks is one line."""
    cells = run.plan.cell
    blocks: dict[tuple[str, str, str], list[int]] = {}
    for failure in run.failures:
        blocks.setdefault((failure.key, failure.stage, failure.reason), []).append(failure.block)
    lost = [
        Lost(
            workload=_named(cells[key].workload, cells[key].study),
            runner=cells[key].runner,
            python=cells[key].python,
            stage=stage,
            reason=clipped(reason, LONGEST_REASON),
            blocks=", ".join(str(block + 1) for block in sorted(set(where))),
        )
        for (key, stage, reason), where in blocks.items()
    ]
    return Failures(lost[:MOST_SHOWN], max(len(lost) - MOST_SHOWN, 0))


def unanswered(summary: Summary, answered: Sequence[Answered]) -> list[Unanswered]:
    """The studies that said nothing of this run."""
    said = {each.study.name for each in answered}
    return [_unanswered(study, summary) for study in STUDIES.all if study.name not in said]


def _unanswered(study: Study, summary: Summary) -> Unanswered:
    if study.name in summary.run.plan.studies:
        return Unanswered(study.title, study.question, "No cell of it gave a result")
    if type(study).cells is Study.cells:
        return Unanswered(study.title, study.question, "It reads the comparison's cells, and needs Linux")
    command = study.command or f"python -m bench run --study {study.name}"
    return Unanswered(study.title, study.question, "Measure it with", command)


def _named(workload: str, study: str) -> str:
    return workload if study == MAIN else f"{workload} ({study})"
