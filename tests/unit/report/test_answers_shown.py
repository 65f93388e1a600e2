"""How the report and the terminal show what studies answer."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace

import pytest
from rich.console import Console

import bench.findings.collect
from bench.core.run import Run
from bench.findings.answer import Answer, Table
from bench.findings.collect import Answered, Build, answer_of, collect
from bench.findings.text.headline import gil_sentence
from bench.planning.study import STUDIES, Study
from bench.report.html.run import render
from bench.report.terminal.summary import print_builds, print_run
from tests.made_up_answers import Asks, Costs, hostile_answers, made_up_answers, table
from tests.made_up_page import HOSTILE, hostile_run, make_run
from tests.unit.analysis.test_where import summary_of
from tests.unit.report.test_html import Page

ALONE = make_run([], [])  # no cells but the calibration's


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> list[Answered]:
    """What the studies answer, here and in whatever the test puts in it."""
    found = made_up_answers()
    monkeypatch.setattr(bench.findings.collect, "answers", lambda summary: found)
    return found


def page_of(run: Run) -> Page:
    return Page(render(collect(run)))


def printed(run: Run, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_run(collect(run), console, verbose=True)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def texts_in_order(text: str, expected: Sequence[str]) -> None:
    place = 0
    for each in expected:
        place = text.index(each, place)


def ids(page: Page, tag: str) -> list[str]:
    return [each.get("id", "") for each in page.all(tag)]


def test_the_leading_answers_stand_open_and_the_others_are_folded(answered: list[Answered]) -> None:
    page = page_of(make_run())
    assert ids(page, "section") == ["questions", "speedup", "scaling", "details"]
    assert [fold for fold in ids(page, "details") if fold in ("ladder", "shares")] == ["ladder", "shares"]


def test_answers_alone_stand_open(answered: list[Answered]) -> None:
    assert ids(page_of(ALONE), "section") == ["ladder", "scaling", "shares", "details"]


def test_a_section_says_all_that_was_answered(answered: list[Answered]) -> None:
    page = page_of(make_run())
    for each in answered:
        for said in (each.study.title, each.study.question, *each.answer.sentences, *each.answer.notes):
            assert said in page.text
        for picture in each.answer.pictures:
            assert picture.see in page.text
    assert "One task at a time, then two, then ever more." in page.text
    assert len(page_of(ALONE).all("figure")) == 5


def test_a_table_has_markers_for_models_and_figures_at_the_right(answered: list[Answered]) -> None:
    text = render(collect(ALONE))
    assert '<table class="names-1" id="scaling-table">' in text
    assert 'class="marker m-sync"' in text
    assert "<td>45/s</td>" in text


def test_without_rows_and_pictures_there_are_no_empty_frames(answered: list[Answered]) -> None:
    answered[:] = [Answered(Asks(), Answer(["Said."], [], table(rows=0)))]
    page = page_of(ALONE)
    assert not page.all("figure")
    assert "View as table" not in page.text


def test_the_cost_ladder_takes_the_place_of_the_dispatch_costs(answered: list[Answered]) -> None:
    assert "dispatch" not in ids(page_of(make_run()), "details")
    answered[:] = [each for each in answered if not isinstance(each.study, Costs)]
    assert "dispatch" in ids(page_of(make_run()), "details")


def test_hostile_answers_stay_text(answered: list[Answered]) -> None:
    answered[:] = hostile_answers()
    page = page_of(hostile_run())
    assert not page.all("img")
    assert len(page.all("script")) == 2
    assert not [
        value for _, each in page.elements for value in each if value == "style" or value.startswith("on")
    ]


def test_the_report_of_studies_alone_begins_with_the_first_answer(answered: list[Answered]) -> None:
    text = render(collect(ALONE))
    assert "<h1><span>A new thread costs 1,000 calls.</span> </h1>" in text
    page = Page(text)
    assert "Nothing was measured" not in page.text
    assert "No cell produced a result" not in page.text
    assert not {"speedup", "data", "dispatch"} & {*ids(page, "section"), *ids(page, "details")}


def test_few_blocks_of_studies_are_indicative(answered: list[Answered]) -> None:
    assert "Indicative" in page_of(make_run([], [], blocks=2)).text
    assert "Indicative" not in page_of(make_run([], [], blocks=8)).text


def test_studies_that_did_not_answer_are_gaps(answered: list[Answered]) -> None:
    answered.clear()
    page = page_of(make_run())
    for study in STUDIES.all:
        assert study.question in page.text
        own_cells = type(study).cells is not Study.cells
        assert ((study.command or f"python -m bench run --study {study.name}") in page.text) == own_cells
    assert "needs Linux" in page.text


def test_a_study_that_was_asked_for_is_not_asked_for_again(answered: list[Answered]) -> None:
    answered.clear()
    run = make_run()
    name = next(study.name for study in STUDIES.all if type(study).cells is not Study.cells)
    page = page_of(replace(run, plan=replace(run.plan, studies=[name])))
    assert "None of its cells produced a result" in page.text
    assert f"--study {name}" not in page.text


def test_the_terminal_adds_a_line_for_each_answer(answered: list[Answered]) -> None:
    text = printed(make_run())
    texts_in_order(
        text,
        [
            "Noise floor",
            "• Cost ladder: A new thread costs 1,000 calls.",
            "• Scaling with tasks in flight: asyncio is full at 400 tasks in flight.",
            "• Shares: Threads waited",
            "Waiting, 16 at once: ",
            "1 caveat: above.",
        ],
    )
    assert "Threads are full at 150." not in text  # only the first sentence


def test_the_terminal_says_nothing_twice() -> None:
    summary = summary_of()
    sentence = gil_sentence(summary)
    where = answer_of(STUDIES.get("where"), summary)
    assert where is not None
    assert where.sentences[0] == sentence
    console = Console(file=io.StringIO(), width=1000)
    print_builds([Build(summary)], console, verbose=True)
    assert isinstance(console.file, io.StringIO)
    assert " ".join(console.file.getvalue().split()).count(sentence) == 1


def test_the_terminal_shows_studies_alone_in_full(answered: list[Answered]) -> None:
    text = printed(ALONE)
    texts_in_order(
        text,
        [
            "CPython",
            "Cost ladder",
            "What does a task cost",
            "A new thread costs 1,000 calls.",
            "Scaling with tasks in flight",
            "asyncio is full at 400 tasks in flight.",
            "Threads are full at 150.",
            "Throughput",
            "multiprocessing",
            "• The server was busy: measure it with more cores.",
            "Shares",
        ],
    )
    for unwanted in ("Nothing was measured", "nothing to compare", "speed-up over sync", "comparison"):
        assert unwanted not in text


def test_the_terminal_shows_the_first_rows_of_a_long_table(answered: list[Answered]) -> None:
    answered[:] = [Answered(Asks(), Answer(["Said."], [], table(rows=63)))]
    text = printed(ALONE)
    assert text.count("/s\n") + text.count("/s ") == 60
    assert "and 3 more in the report" in text
    answered[:] = [Answered(Asks(), Answer(["Said."], [], table(rows=60)))]
    assert "more in the report" not in printed(ALONE)


def test_where_a_table_is_too_wide_intervals_stand_beneath(answered: list[Answered]) -> None:
    name = "a process by any name that is long enough"
    rows = [(name, "multiprocessing", "1.9 ms", "1.8–2.0 ms", "11 MiB", "10–12 MiB")]
    wide = Table(("Rung", "Model", "Time", "Interval", "Memory", "Interval"), rows, names=2)
    answered[:] = [Answered(Asks(), Answer(["Said."], [], wide))]
    assert "1.9 ms  1.8–2.0 ms  11 MiB  10–12 MiB" in printed(ALONE, 200)
    narrow = printed(ALONE)
    assert "Interval" not in narrow
    for whole in ("multiprocessing", "1.9 ms", "1.8–2.0 ms", "10–12 MiB"):
        assert whole in narrow


def test_markup_in_an_answer_is_text_in_the_terminal(answered: list[Answered]) -> None:
    odd = "[/bold]x"
    answered[:] = [Answered(Asks(), Answer([odd], [], replace(table(), rows=[(odd, odd, odd)]), [odd]))]
    assert printed(ALONE).count(odd) == 6
    assert odd in printed(make_run())
    answered[:] = hostile_answers()
    assert HOSTILE in printed(ALONE, 300)


def test_a_run_of_studies_without_an_answer_says_so(answered: list[Answered]) -> None:
    answered.clear()
    assert "Nothing was measured." in printed(ALONE)
    assert "Nothing was measured." in page_of(ALONE).text
