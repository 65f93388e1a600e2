"""The order of a page: what stands open, what is folded, and the navigation."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

import bench.findings.collect
from bench.analysis.summary import summarize
from bench.findings.answer import Answer
from bench.findings.claim import CLAIMS
from bench.findings.collect import Answered, Build, collect
from bench.report.html.run import render
from bench.report.html.sections.outline import MOST_ENTRIES, entries, outline
from tests.made_up_answers import Asks, table
from tests.made_up_page import make_run
from tests.made_up_windows import with_windows
from tests.unit.report.test_html import Page

ALL = ("turns", "where", "spread", "ladder", "sweep", "latency", "shared-data")


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Answered]:
    """What the studies answer, as the test fills it."""
    found: list[Answered] = []
    monkeypatch.setattr(bench.findings.collect, "answers", lambda summary: found)
    return found


def answered(*studies: str) -> list[Answered]:
    kinds = [type(name, (Asks,), {"name": name, "title": f"The study {name}"}) for name in studies]
    return [Answered(kind(), Answer([f"{kind.name} says so."], [], table())) for kind in kinds]


def names(found: Sequence[Answered]) -> list[str]:
    return [each.study.name for each in found]


def test_turns_come_first_and_scaling_and_where_after_the_comparison(answers: list[Answered]) -> None:
    answers += answered(*ALL)
    parts = outline(Build(summarize(make_run())))
    assert names(parts.before) == ["turns"]
    assert names(parts.after) == ["sweep", "where"]
    assert names(parts.folded) == ["spread", "ladder", "latency", "shared-data"]
    assert [id for id, _ in entries(parts, rows=True)] == [
        *("turns", "questions", "speedup", "sweep", "where", "details")
    ]


def test_a_sweep_is_folded_where_the_run_has_the_study_scaling(answers: list[Answered]) -> None:
    answers += answered("where", "sweep", "scaling")
    parts = outline(Build(summarize(make_run())))
    assert names(parts.after) == ["scaling", "where"]
    assert names(parts.folded) == ["sweep"]


def test_studies_alone_stand_open_as_far_as_the_navigation_has_room(answers: list[Answered]) -> None:
    answers += answered(*ALL)
    parts = outline(Build(summarize(make_run([], []))))
    assert names(parts.before) == list(ALL[: MOST_ENTRIES - 1])
    assert names(parts.folded) == list(ALL[MOST_ENTRIES - 1 :])
    assert len(entries(parts, rows=False)) == MOST_ENTRIES


def test_what_is_folded_has_its_order_and_says_what_is_in_it(answers: list[Answered]) -> None:
    answers += answered(*ALL)
    page = Page(render(collect(with_windows(make_run()))))
    found = [each["id"] for each in page.all("details") if "fold" in each.get("class", "").split()]
    assert found == [
        *("spread", "ladder", "latency", "shared-data"),
        *("timeline", "claims", "noise", "data", "gaps", "words", "machine", "reproduce"),
    ]
    for said in (
        "spread says so.",
        f"{len(CLAIMS.all)} claims: ",
        "http, sleep",
        "rows: a workload under a model",
        "2 cores",
        "python -m bench all",
    ):
        assert said in page.text
    assert page.text.count("spread says so.") == 1
