"""A question that readers bring, and the rule that answers it from a run's numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING

from bench.core.registry import Registry

if TYPE_CHECKING:  # it loads pandas
    from bench.findings.evidence import Evidence


@dataclass(frozen=True)
class Reply:
    """An answer with its figures, and the condition under which it holds. ``where``: see ``claim``."""

    text: str
    condition: str
    where: str = ""


@dataclass(frozen=True)
class Question:
    """One entry. ``answer`` gives None where the run did not measure it, ``measure`` the command for that."""

    ask: str
    measure: str
    answer: Callable[[Evidence], Reply | None]
    place: int = 100  # of its subject, among the questions


QUESTIONS: Registry[Question] = Registry(
    "question", "bench.findings.questions", Question, group="bench.questions", name=attrgetter("ask")
)
"""Every question: files by subject in ``bench/findings/questions``, any number of questions in each."""


def question(
    ask: str, *, measure: str = "python -m bench all", place: int = 100
) -> Callable[[Callable[[Evidence], Reply | None]], Question]:
    """Make a question of the rule beneath, which answers it."""
    return lambda answer: Question(ask, measure, answer, place)
