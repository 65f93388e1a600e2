"""What a run says beyond its figures: the answers of its studies, the ledger of claims, the reader's
questions."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.summary import Summary
from bench.findings.answer import Answer
from bench.findings.claim import CLAIMS, Claim, Judgement
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
    """A question and its answer; None where the run does not tell."""

    question: Question
    reply: Reply | None


def answers(summary: Summary) -> list[Answered]:
    """The answers that the run has."""
    found = ((study, answer_of(study, summary)) for study in STUDIES.all)
    return [Answered(study, answer) for study, answer in found if answer is not None]


def answer_of(study: Study, summary: Summary) -> Answer | None:
    """A study's answer, by its own method or the module of its name in ``bench.findings.studies``; None where
    the run measured nothing of it."""
    module = f"bench.findings.studies.{study.name.replace('-', '_')}"
    answers = study if hasattr(study, "answer") else importlib.import_module(module)
    answer: Answer | None = answers.answer(summary)
    return answer


@dataclass(frozen=True)
class Findings:
    """All of it, for a run or one build of it."""

    answered: Sequence[Answered]
    judged: Sequence[Judged]
    replies: Sequence[Replied]


def findings(summary: Summary, beside: Sequence[Summary] = ()) -> Findings:
    """What a run says on one interpreter; ``beside`` are its other builds."""
    answered = answers(summary)
    found = evidence(summary, answered, beside)
    return Findings(answered, judged(found), replies(found))


def evidence(summary: Summary, answered: Sequence[Answered], beside: Sequence[Summary] = ()) -> Evidence:
    """What claims and questions may look at."""
    demos = {(outcome.demo, outcome.model): outcome.values for outcome in summary.run.demos if outcome.ok}
    return Evidence(summary, demos, {each.study.name: each.answer for each in answered}, beside)


def judged(found: Evidence) -> list[Judged]:
    """Every claim with its verdict."""
    return [Judged(claim, claim.judge(found)) for claim in CLAIMS.all]


def replies(found: Evidence) -> list[Replied]:
    """Every question with its answer."""
    return [Replied(question, question.answer(found)) for question in QUESTIONS.all]


def tally(entries: Sequence[Judged]) -> str:
    """ "19 supported, 4 refuted, 3 partly": the verdicts that occur, the most frequent first."""
    counts = Counter(each.judgement.verdict for each in entries)
    return ", ".join(f"{count} {verdict}" for verdict, count in counts.most_common())
