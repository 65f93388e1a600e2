"""The studies in a browser: they fit, they open by keyboard, and their labels can be read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

import bench.findings.collect
from bench.findings.answer import Answer
from bench.findings.collect import Answered
from tests.made_up_answers import Asks, degenerate_lines, hostile_answers, made_up_answers, table
from tests.made_up_page import hostile_run, make_run

Show = Callable[..., Any]

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
COVERED = """(chart) => {
    const boxes = [...chart.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
    const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
    return boxes.flatMap((a, i) => boxes.slice(i + 1).filter((b) => meet(a, b))).length;
}"""
STICKS_OUT = """(chart) => {
    const frame = chart.getBoundingClientRect();
    const boxes = [...chart.querySelectorAll("text")].map((text) => text.getBoundingClientRect());
    return boxes.filter((box) => box.left < frame.left - 3 || box.right > frame.right + 3).length;
}"""


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Callable[[Sequence[Answered]], None]:
    """Sets what the studies answer."""

    def set_answers(answered: Sequence[Answered]) -> None:
        monkeypatch.setattr(bench.findings.collect, "answers", lambda summary: answered)

    return set_answers


def many() -> list[Answered]:
    """More studies than there are."""
    names = ["where", "ladder", "break-even", "sweep", "oversubscription", "payload", "crossover", "memory"]
    kinds = [type(name, (Asks,), {"name": name, "title": f"The {name} of tasks"}) for name in names]
    return [Answered(kind(), Answer([f"{kind.name} says so."], [], table())) for kind in kinds]


@pytest.mark.parametrize(
    ("answered", "run"),
    [
        pytest.param(made_up_answers(), make_run(), marks=pytest.mark.full),
        pytest.param(made_up_answers(), make_run([], []), marks=pytest.mark.full),
        (hostile_answers(), hostile_run()),
        pytest.param(
            [Answered(Asks(), Answer(["Odd."], degenerate_lines(), table(rows=200)))],
            make_run(),
            marks=pytest.mark.full,
        ),
        pytest.param(many(), make_run(), marks=pytest.mark.full),
    ],
    ids=["all", "studies alone", "hostile", "degenerate", "many"],
)
def test_nothing_sticks_out_sideways(
    show: Show, answer: Callable[..., None], answered: Sequence[Answered], run: Any
) -> None:
    answer(answered)
    page = show(run)
    for opened in (False, True):
        page.evaluate(
            "(open) => document.querySelectorAll('details').forEach((each) => (each.open = open))", opened
        )
        for width in (1280, 960, 390):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(OVERFLOW) == 0, width
            assert page.locator("nav").evaluate("(nav) => nav.scrollWidth - nav.clientWidth") <= 0, width


@pytest.mark.parametrize("width", [1280, 390])
def test_no_text_covers_another_or_is_cut_off(show: Show, answer: Callable[..., None], width: int) -> None:
    answer(made_up_answers())
    page = show(make_run(), width=width)
    page.evaluate("document.querySelectorAll('.fold').forEach((each) => (each.open = true))")
    charts = page.locator("#scaling .chart, #ladder .chart, #shares .chart")
    assert charts.count() == 5
    for chart in charts.all():
        assert chart.evaluate(COVERED) == 0
        assert chart.evaluate(STICKS_OUT) == 0


def test_the_folds_open_by_keyboard(show: Show, answer: Callable[..., None]) -> None:
    answer(made_up_answers())
    page = show(make_run())
    how, as_table = page.locator("#scaling .more > details > summary").all()
    how.focus()
    page.keyboard.press("Enter")
    assert page.locator("#scaling").get_by_text("then ever more.").is_visible()
    as_table.focus()
    page.keyboard.press("Space")
    assert page.locator("#scaling table").is_visible()
    assert page.locator("#scaling td .marker").count() == 5


@pytest.mark.full
def test_two_pictures_stand_side_by_side(show: Show, answer: Callable[..., None]) -> None:
    answer(made_up_answers())
    wide = [figure.bounding_box() for figure in show(make_run()).locator("#scaling figure").all()]
    assert wide[0]["y"] == wide[1]["y"]
    narrow = [
        figure.bounding_box() for figure in show(make_run(), width=390).locator("#scaling figure").all()
    ]
    assert narrow[0]["x"] == narrow[1]["x"]
