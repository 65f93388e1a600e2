"""Who ran when, on the page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bench.core.run import Run
from tests.unit.findings.test_turns import ALL, run_with

Show = Callable[..., Any]


@pytest.fixture
def run() -> Run:
    return run_with(*ALL)


def test_it_stands_right_under_the_headline_with_a_panel_for_each_way(show: Show, run: Run) -> None:
    page = show(run)
    assert page.locator("main > section").first.get_attribute("id") == "turns"
    assert page.locator("#turns figure").count() == len(ALL)
    assert (
        page.locator("h1").inner_text().startswith("2 threads that compute in Python took 24 turns of 5.0 ms")
    )


def test_the_first_screen_holds_the_first_row_of_panels(show: Show, run: Run) -> None:
    panel = show(run).locator("#turns figure").first.bounding_box()
    assert panel["y"] + panel["height"] <= 800


def test_a_cursor_moves_along_time_until_it_is_stopped(show: Show, run: Run) -> None:
    page = show(run)
    button = page.get_by_role("button", name="Play")
    button.click()
    animated = "() => document.getAnimations().length"
    assert page.evaluate(animated) == len(ALL)
    page.get_by_role("button", name="Stop").click()
    assert page.evaluate(animated) == 0
    assert button.is_visible()


def test_nothing_moves_for_those_who_want_no_motion(show: Show, run: Run) -> None:
    page = show(run, reduced_motion="reduce")
    assert page.get_by_role("button", name="Play").count() == 0
    assert page.locator("#turns svg.chart").count() == len(ALL)
