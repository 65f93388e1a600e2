"""The list of runs: what each was and said, and the command that compares two."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.findings.collect import collect
from bench.report.html.index import beginning, headline, write_index
from bench.report.html.run import render
from bench.storage.run_folder import RunFolder
from tests.made_up_page import HOSTILE, WORKLOADS, make_run
from tests.unit.report.test_html import Page

RUN = make_run(WORKLOADS[:1], blocks=2)


def saved(parent: Path, *, report: str = "", created: str = "2026-01-02T03:04:05+00:00") -> Path:
    """A run's folder, with that report."""
    folder = RunFolder.create(parent, replace(RUN.plan, created=created))
    for observation in RUN.observations:
        folder.append(observation)
    folder.finish("done")
    if report:
        (folder.path / "report.html").write_text(report)
    return folder.path


def index_of(parent: Path) -> Page:
    write_index(parent)
    return Page((parent / "index.html").read_text(encoding="utf-8"))


def test_a_run_is_listed_with_what_its_report_says_first(tmp_path: Path) -> None:
    saved(tmp_path, report=render(collect(make_run())))
    page = index_of(tmp_path)
    (link,) = [text for text in page.texts["a"] if text.startswith("Waiting, 16 at once: ")]
    assert "gained nothing" in link
    for words in (RUN.plan.command, RUN.plan.machine.host, RUN.plan.machine.processor, "2 of 2", "done"):
        assert words in page.text


def test_a_page_of_anything_else_says_nothing(tmp_path: Path) -> None:
    folder = saved(tmp_path, report="<title>Something else</title>")
    assert headline(folder / "report.html") == ""
    assert headline(tmp_path / "nothing.html") == ""
    assert f"Report of {folder.name}" in index_of(tmp_path).text


@pytest.mark.parametrize("name", [HOSTILE, "x" * 9000, "two\nlines"])
def test_whatever_a_title_has_stays_text(tmp_path: Path, name: str) -> None:
    mark = '<meta name="generator" content="bench">'
    folder = saved(tmp_path, report=f"{mark}<title>Concurrency report: {name}</title>")
    assert len(headline(folder / "report.html")) <= 400
    page = index_of(tmp_path)
    assert not page.all("img")
    assert len(page.all("script")) == 2


def test_the_title_stands_within_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text(render(collect(make_run())))
    assert b"</title>" in beginning(path)


def test_two_runs_can_be_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    parent = tmp_path / "my reports"
    for year in (2024, 2025):
        saved(parent, created=f"{year}-01-02T03:04:05+00:00")
    page = index_of(parent)
    values = [box["value"][:16] for box in page.all("input")]
    assert values == ["'my reports/2025", "'my reports/2024"]  # as a shell takes them
    assert all("hidden" in box for box in page.all("input"))  # without scripts they do nothing
    assert "python -m bench compare A B" in page.text


def test_one_run_is_not_compared(tmp_path: Path) -> None:
    saved(tmp_path)
    page = index_of(tmp_path)
    assert not page.all("input")
    assert "Compare two runs" not in page.text
