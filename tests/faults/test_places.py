"""Odd places: those of ``tests/places`` that are quick or likely; ``python -m tests.places`` tries them all."""

from __future__ import annotations

import pytest

from tests.places.case import Case, lacks, tried
from tests.places.cases import CASES

NAMED = {f"{group}: {case.name}": case for group, cases in CASES.items() for case in cases}
CHOSEN = [
    pytest.param(case, id=name, marks=[pytest.mark.full] if case.ci == "full" else [])
    for name, case in NAMED.items()
    if case.ci
]


def test_each_has_a_name_of_its_own() -> None:
    assert len(NAMED) == sum(map(len, CASES.values()))


@pytest.mark.parametrize("case", CHOSEN)
def test_it_is_measured_there_or_refused_in_a_sentence(case: Case) -> None:
    if lacking := lacks(case):
        pytest.skip(f"needs {', '.join(lacking)}")
    outcome = tried(case)
    assert not outcome.wrong, outcome.output
