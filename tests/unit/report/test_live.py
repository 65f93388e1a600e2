"""The report of a run that goes on: when it is written, what it says, and that it never ends the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.core.run import Run
from bench.findings.collect import collect
from bench.report import files, live
from bench.report.html.run import render
from bench.report.live import LiveReport
from tests.made_up_builds import builds_run
from tests.made_up_page import WORKLOADS, make_run
from tests.unit.report.test_html import Page

REFRESH = '<meta http-equiv="refresh"'


class Watch:
    """A clock that is set by hand."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Watch:
    watch = Watch()
    monkeypatch.setattr(live, "time", watch)
    return watch


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch, clock: Watch) -> list[int]:
    """The results that each rendering had, each of which takes half a second."""
    had: list[int] = []

    def live_pages(run: Run, note: live.Live) -> dict[str, str]:
        had.append(len(run.results))
        clock.now += 0.5
        return {"report.html": render(collect(run), live=note)}

    monkeypatch.setattr(files, "live_pages", live_pages)
    return had


def running(folder: Path, blocks: int) -> Run:
    """A run of eight blocks, after so many."""
    whole = make_run(WORKLOADS[:2], blocks=8)
    seen = [each for each in whole.observations if each.block < blocks]
    return replace(whole, plan=replace(whole.plan, status="running"), observations=seen, folder=str(folder))


def fails(text: str) -> None:
    pytest.fail(text)


def test_it_says_which_block_is_measured_and_reloads_itself(tmp_path: Path, clock: Watch) -> None:
    report = LiveReport(fails)
    clock.now += 6
    report(running(tmp_path, 2), 2)
    page = Page((tmp_path / "report.html").read_text())
    assert "block 3 of 8" in page.texts["b"]
    assert "Waiting, 16 at once: " in page.text
    assert [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "refresh"] == ["9"]


def test_a_report_that_is_done_reloads_no_more() -> None:
    assert REFRESH not in render(collect(make_run()))


def test_it_is_rendered_seldom_and_the_number_of_the_block_is_always_right(
    tmp_path: Path, clock: Watch, rendered: list[int]
) -> None:
    report = LiveReport(fails)
    began = clock.now
    for block in range(1, 8):
        clock.now += 30
        report(running(tmp_path, block), block)
        assert f"block {block + 1} of 8" in (tmp_path / "report.html").read_text().replace("</b>", "")
    assert len(rendered) == 4  # every 50 s: half a second each
    assert 0.5 * (len(rendered) - 1) / (clock.now - began) <= 0.01


def test_a_short_run_has_its_report_at_the_end(tmp_path: Path, clock: Watch, rendered: list[int]) -> None:
    report = LiveReport(fails)
    for block in range(8):
        clock.now += 0.5
        report(running(tmp_path, block), block)
    assert rendered == []
    clock.now += 100
    report(running(tmp_path, 8), 8)  # there is no block to come
    assert rendered == []
    assert not list(tmp_path.iterdir())


def test_one_that_waits_for_it_sees_at_once_what_is_going_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(live.webbrowser, "open", opened.append)
    report = LiveReport(fails, show=True)
    for _ in range(2):
        report(running(tmp_path, 0), 0)
    path = tmp_path / "report.html"
    assert opened == [path.as_uri()]
    page = Page(path.read_text())
    assert "block 1 of 8" in page.texts["b"]
    assert "Nothing has been measured yet" in page.text
    assert REFRESH in path.read_text()


def test_a_failure_is_told_once_and_ends_nothing(
    tmp_path: Path, clock: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []

    def broken(run: Run) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr(files, "collect", broken)
    report = LiveReport(said.append)
    for block in (1, 2, 3):
        clock.now += 60
        report(running(tmp_path, block), block)
    assert said == ["No report during the run (RuntimeError: no such thing); it is written at the end."]


def test_a_folder_that_is_gone_ends_nothing(tmp_path: Path, clock: Watch) -> None:
    said: list[str] = []
    report = LiveReport(said.append)
    clock.now += 60
    report(running(tmp_path / "gone", 1), 1)
    assert len(said) == 1


def test_every_build_has_its_page(tmp_path: Path, clock: Watch) -> None:
    report = LiveReport(fails)
    clock.now += 60
    report(replace(builds_run(), folder=str(tmp_path)), 2)
    pages = sorted(path.name for path in tmp_path.iterdir())
    assert len(pages) == 4
    assert all(REFRESH in (tmp_path / page).read_text() for page in pages)
