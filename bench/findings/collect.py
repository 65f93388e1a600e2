"""All that a run says, worked out once: its figures, the answers of its studies, the ledger of claims and the
reader's questions, for each interpreter."""

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from bench.analysis.builds import by_build
from bench.analysis.frame import frame
from bench.analysis.summary import Summary
from bench.core.cell import MAIN
from bench.core.run import Run
from bench.findings.answer import Answer
from bench.findings.claim import CLAIMS, Claim, Criterion, Judgement, judged
from bench.findings.evidence import Evidence
from bench.findings.question import QUESTIONS, Question, Reply
from bench.planning.study import STUDIES, Study


@dataclass(frozen=True)
class Answered:
    """A study and its answer."""

    study: Study
    answer: Answer


@dataclass(frozen=True)
class Judged:
    """A claim and its verdict."""

    claim: Claim
    judgement: Judgement


@dataclass(frozen=True)
class Replied:
    """A question and its answer; None where the run did not measure it."""

    question: Question
    reply: Reply | None


@dataclass(frozen=True, eq=False)
class Build:
    """What a run says of one interpreter. Each part is worked out when it is first asked for, and kept."""

    summary: Summary

    @property
    def name(self) -> str:
        """The interpreter, as the run calls it."""
        return self.summary.python.name

    @property
    def studies_alone(self) -> bool:
        """Whether studies answered and nothing was to be compared."""
        return bool(self.answered) and not any(cell.study == MAIN for cell in self.summary.run.plan.cells)

    @cached_property
    def answered(self) -> Sequence[Answered]:
        """The answers that it has, in the order of the report."""
        return answers(self.summary)

    @cached_property
    def judged(self) -> Sequence[Judged]:
        """Every claim with its verdict."""
        failed = judged(Criterion(None, "not measured: the claim's own test failed", measured=False))
        return [
            Judged(claim, CLAIMS.used(claim, lambda each: each.judge(self.evidence), failed))
            for claim in CLAIMS.all
        ]

    @cached_property
    def replies(self) -> Sequence[Replied]:
        """Every question with its answer."""
        return [
            Replied(question, QUESTIONS.used(question, lambda each: each.answer(self.evidence), None))
            for question in QUESTIONS.all
        ]

    @cached_property
    def evidence(self) -> Evidence:
        """What claims and questions may look at."""
        demos = {(each.demo, each.model): each.values for each in self.summary.run.demos if each.ok}
        told = {each.study.name: each.answer for each in self.answered}
        return Evidence(self.summary, demos, told)


@dataclass(frozen=True, eq=False)
class Findings:
    """A run and what it says, build by build, in the order in which the interpreters were named."""

    run: Run
    frame: pd.DataFrame  # see ``bench.analysis.frame``
    builds: Sequence[Build]

    @property
    def several(self) -> bool:
        """Whether it is a run over several builds."""
        return len(self.builds) > 1


def collect(run: Run) -> Findings:
    """The findings of a run: make them once, and hand them to whatever shows or writes them."""
    table = frame(run)
    summaries = by_build(run, table)
    return Findings(run, table, [Build(each) for each in summaries])


def answers(summary: Summary) -> list[Answered]:
    """What the studies say of a run."""
    found = (
        (each, STUDIES.used(each, lambda study: answer_of(study, summary), None)) for each in STUDIES.all
    )
    return [Answered(study, answer) for study, answer in found if answer is not None]


def answer_of(study: Study, summary: Summary) -> Answer | None:
    """A study's answer, by its own method or the module of its name in ``bench.findings.studies``; None where
    the run measured nothing of it."""
    module = f"bench.findings.studies.{study.name.replace('-', '_')}"
    answers = study if hasattr(study, "answer") else importlib.import_module(module)
    answer: Answer | None = answers.answer(summary)
    return answer


def ledger(builds: Sequence[Build]) -> list[tuple[Judged, ...]]:
    """Each claim as it is judged on each build."""
    return list(zip(*(build.judged for build in builds), strict=True))


def differ(entries: Sequence[Judged]) -> bool:
    """Whether a claim has not the same verdict on every build."""
    return len({each.judgement.verdict for each in entries}) > 1


def tally(entries: Sequence[Judged]) -> str:
    """ "19 supported, 4 refuted, 3 partly": the verdicts that occur, the most frequent first."""
    counts = Counter(each.judgement.verdict for each in entries)
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
