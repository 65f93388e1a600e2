"""What the studies say of a run: each that measured something, in the report's order."""

from __future__ import annotations

from dataclasses import dataclass

from bench.analysis.summary import Summary
from bench.answer import Answer
from bench.catalog import all_studies
from bench.study import Study


@dataclass(frozen=True)
class Answered:
    """A study and its answer."""

    study: Study
    answer: Answer


def answers(summary: Summary) -> list[Answered]:
    """The answers that the run has."""
    found = ((study, study.answer(summary)) for study in all_studies())
    return [Answered(study, answer) for study, answer in found if answer is not None]
