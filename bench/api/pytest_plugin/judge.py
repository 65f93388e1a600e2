"""Observing until it is decided, or the budget is spent."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bench.analysis.sequential import BoundSide, decide
from bench.analysis.statistics import Estimate, estimate
from bench.worker.assertions import Facts

Observe = Callable[[str, Mapping[str, Any]], list[Facts]]
"""Observations by a module of ``bench.worker.assertions``, with an assertion's options."""

SAFE_AFTER = 4  # observations of many calls each: one that differs decides, so many that agree are enough


class AssertionOutcome(StrEnum):
    """What became of an assertion."""

    HOLDS = "holds"
    FAILS = "fails"
    UNDECIDED = "can't tell"


@dataclass(frozen=True)
class Assertion:
    """What is held against what."""

    name: str  # "leaves_loop_free"
    subject: str  # the function's name
    module: str  # of ``bench.worker.assertions``
    bound: float
    holds: BoundSide
    text: Callable[[float], str]  # a value as a reader sees it
    options: Mapping[str, Any] = field(default_factory=dict)
    all_or_nothing: bool = False  # values are 1 or 0: one 0 decides
    culprit: str = ""  # module that finds what is at fault
    also_without_gil: bool = False  # on a free-threaded build, too, where there is one


@dataclass(frozen=True)
class AssertionResult:
    """What an assertion found on an interpreter."""

    assertion: Assertion
    outcome: AssertionOutcome
    figure: Estimate | None
    facts: Sequence[Facts]
    seconds: float
    where: str
    python: str = ""
    more_s: float | None = None  # that a decision would take, by what was seen so far
    holder: str = ""  # of the loop or the GIL
    line: str = ""


def judge(
    assertion: Assertion, observe: Observe, budget_s: float, where: str, python: str
) -> AssertionResult:
    """Look until it is decided, or another look would exceed the budget; at least once. What fails is looked
    at once more, for what is at fault."""
    began = time.perf_counter()
    facts: list[Facts] = []
    for looks in itertools.count(1):
        facts += observe(assertion.module, assertion.options)
        took = time.perf_counter() - began
        outcome, more = outcome_of(assertion, facts)
        values = [each["value"] for each in facts if each["value"] is not None]
        # Results that differ without threads, too, do so again; a second core may come.
        spent = took * (looks + 1) / looks > budget_s or (assertion.all_or_nothing and not values)
        if outcome is not AssertionOutcome.UNDECIDED or spent:
            break
    figure = estimate(values) if values else None
    more_s = more * took / len(facts) if more else None
    result = AssertionResult(assertion, outcome, figure, facts, took, where, python, more_s)
    if outcome is not AssertionOutcome.FAILS or not assertion.culprit:
        return result
    (seen,) = observe(assertion.culprit, assertion.options)
    return replace(result, holder=seen["holder"], line=seen["line"])


def outcome_of(assertion: Assertion, facts: Sequence[Facts]) -> tuple[AssertionOutcome, int | None]:
    """The outcome so far, and how many more observations an open one would take, as far as can be said."""
    values = [each["value"] for each in facts if each["value"] is not None]
    if assertion.all_or_nothing:
        if not all(values):
            return AssertionOutcome.FAILS, None
        return (AssertionOutcome.HOLDS if len(values) >= SAFE_AFTER else AssertionOutcome.UNDECIDED), None
    found = decide(values, assertion.bound)
    if found.side is BoundSide.UNKNOWN:
        return AssertionOutcome.UNDECIDED, found.more
    return (AssertionOutcome.HOLDS if found.side is assertion.holds else AssertionOutcome.FAILS), None
