"""Looking until it is decided, and the sentences of what was found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from bench.analysis.sequential import BoundSide
from bench.api.pytest_plugin.fixture import SECONDS, SIZES, name_of, quantity
from bench.api.pytest_plugin.judge import Assertion, AssertionOutcome, AssertionResult, Observe, judge
from bench.api.pytest_plugin.places import FRESH
from bench.api.pytest_plugin.report import page_of
from bench.api.pytest_plugin.words import CLAIMS, said, told
from bench.core.errors import UserError
from bench.findings.text.figures import duration, ratio
from bench.worker.assertions import Facts

FREE = Assertion("leaves_loop_free", "handler", "loop", 0.005, BoundSide.BELOW, duration)
SAFE = Assertion("same_under_threads", "count", "safety", 0.5, BoundSide.ABOVE, ratio, all_or_nothing=True)


def seen(*values: float | None, **facts: object) -> Observe:
    """A look that gives those values."""
    return lambda name, options: [{"value": value, "calls": 10, **facts} for value in values]


def found(assertion: Assertion, look: Observe, budget_s: float = 0.0) -> AssertionResult:
    return judge(assertion, look, budget_s, FRESH, "")


@pytest.mark.parametrize(
    ("values", "outcome"),
    [
        ([0.001] * 8, AssertionOutcome.HOLDS),
        ([0.02] * 8, AssertionOutcome.FAILS),
        ([0.001, 0.02] * 4, AssertionOutcome.UNDECIDED),
    ],
)
def test_the_side_of_the_bound_is_the_outcome(values: list[float], outcome: AssertionOutcome) -> None:
    assert found(FREE, seen(*values)).outcome is outcome


def test_it_looks_until_it_is_decided() -> None:
    assert len(found(FREE, seen(0.001), budget_s=60).facts) == 8


def test_one_wrong_result_decides_and_right_ones_need_several() -> None:
    assert found(SAFE, seen(1.0, 0.0, got="3 instead of 2"), budget_s=60).outcome is AssertionOutcome.FAILS
    assert len(found(SAFE, seen(1.0), budget_s=60).facts) == 4


def test_what_differs_alone_too_cannot_be_told() -> None:
    finding = found(SAFE, seen(None, got="1 and 2, one after another"), budget_s=60)
    assert finding.outcome is AssertionOutcome.UNDECIDED
    assert "its results differ without threads, too (1 and 2, one after another)" in said(finding)


def test_a_failure_says_how_much_and_where() -> None:
    finding = found(FREE, seen(*[0.02] * 8))
    text = said(
        AssertionResult(**{**vars(finding), "holder": "a blocking call", "line": "app.py:7 in handler"})
    )
    assert "handler holds the event loop: the longest hold in a call took 20 ms" in text
    assert "at most 5.0 ms allowed" in text
    assert "It is a blocking call, at app.py:7 in handler." in text


def test_what_fails_is_looked_at_once_more_for_the_culprit() -> None:
    assertion = replace(FREE, culprit="loop_culprit")
    looks: list[str] = []

    def look(name: str, options: Mapping[str, Any]) -> list[Facts]:
        looks.append(name)
        return [{"value": 0.02, "holder": "a blocking call", "line": "app.py:7 in handler"}] * (
            1 if name == "loop_culprit" else 8
        )

    assert "It is a blocking call, at app.py:7 in handler." in said(found(assertion, look))
    assert looks == ["loop", "loop_culprit"]


def test_how_much_longer_may_be_unknown() -> None:
    assert said(found(FREE, seen(0.001, 0.02))).endswith("How much longer it would take is unknown.")


def test_what_is_open_says_how_much_longer() -> None:
    finding = found(FREE, seen(*[0.001] * 6, 0.02))
    assert said(finding).startswith("can't tell whether handler leaves the event loop free")
    assert "--concurrency-budget" in said(finding)


def test_every_assertion_has_words() -> None:
    assert set(CLAIMS) == {
        "leaves_loop_free",
        "releases_gil",
        "scales",
        "same_under_threads",
        "memory_per_task",
        "beats",
    }


def test_the_page_lists_what_failed_first() -> None:
    rows = [
        {"test": f"test_{n}", **told(found(FREE, seen(*[value] * 8)))}
        for n, value in enumerate((0.001, 0.02))
    ]
    page = page_of(rows)
    assert "1 assertion failed, 1 held" in page
    assert page.index("test_1") < page.index("test_0")


@pytest.mark.parametrize(
    ("text", "units", "value"),
    [("5ms", SECONDS, 0.005), ("1.5 s", SECONDS, 1.5), ("64 KiB", SIZES, 65536.0), ("2MiB", SIZES, 2.0**21)],
)
def test_quantities_have_units(text: str, units: dict[str, float], value: float) -> None:
    assert quantity(text, units) == pytest.approx(value)


@pytest.mark.parametrize("text", ["5", "", "ms", "5 minutes", "-5ms"])
def test_what_is_no_quantity_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="write it with a unit"):
        quantity(text, SECONDS)


def test_functions_have_names() -> None:
    assert name_of(len) == "len"
    assert name_of(FREE.text) == "duration"
