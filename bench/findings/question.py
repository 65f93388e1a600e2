"""A question that readers bring, and the rule that answers it from a run's numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bench.core.catalog import modules_in_place

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
    """One entry. ``answer`` gives None where the run does not tell; ``measure`` is the command that would."""

    ask: str
    measure: str
    answer: Callable[[Evidence], Reply | None]


REGISTER: list[Question] = []


def question(
    ask: str, *, measure: str = "python -m bench all"
) -> Callable[[Callable[[Evidence], Reply | None]], Callable[[Evidence], Reply | None]]:
    """Enter the decorated rule under that question."""

    def enter(answer: Callable[[Evidence], Reply | None]) -> Callable[[Evidence], Reply | None]:
        REGISTER.append(Question(ask, measure, answer))
        return answer

    return enter


def all_questions() -> Sequence[Question]:
    """The entries of every module in ``bench.findings.questions``, in order."""
    order = modules_in_place("bench.findings.questions")
    return tuple(sorted(REGISTER, key=lambda entry: order.index(entry.answer.__module__)))
