"""The timeline in the page: its data is text whatever the names are, and there without a script."""

from __future__ import annotations

import json
import re
from typing import Any

from bench.core.run import Run
from bench.findings.collect import collect
from bench.report.html.run import render
from bench.report.html.sections.timeline import embedded
from tests.made_up_page import HOSTILE, hostile_run, make_run
from tests.made_up_windows import full, with_windows
from tests.unit.report.test_html import Page, sha256

DATA = re.compile(r'<script type="application/json" id="timeline-data">(.*?)</script>', re.S)


def page_of(run: Run) -> tuple[str, Page]:
    text = render(collect(run))
    return text, Page(text)


def data_of(text: str) -> Any:
    (found,) = DATA.findall(text)
    return json.loads(found)


def test_no_section_without_windows() -> None:
    text, page = page_of(make_run())
    assert "timeline" not in [fold.get("id") for fold in page.all("details")]
    assert not page.all("canvas")
    assert not DATA.search(text)


def test_one_canvas_its_data_and_its_table() -> None:
    text, page = page_of(with_windows(make_run()))
    assert "timeline" in [fold.get("id") for fold in page.all("details")]
    (canvas,) = page.all("canvas")
    assert canvas["tabindex"] == "0"
    assert canvas["role"] == "img"
    works = data_of(text)
    assert [work["title"] for work in works] == ["http", "sleep", "cpu-python", "cpu-native", "mixed"]
    assert len(page.all("option")) == len(works)
    for work in works:
        assert work["lanes"][0]["name"].startswith("sync")
        for lane in work["lanes"]:
            assert len(lane["spans"]) % 3 == 0
            assert max(lane["spans"][2::3]) < sum(lane["rows"])
    stills = [figure for figure in page.all("figure") if re.fullmatch(r"timeline-\d", figure.get("id", ""))]
    assert len(stills) == len(works)
    assert "asyncio (blocking)" in [lane["name"] for lane in works[1]["lanes"]]
    assert "Tasks finished in the first 250 ms of a batch" in works[1]["see"]


def test_the_policy_allows_no_script_more() -> None:
    _, page = page_of(with_windows(make_run()))
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert policy.count("'sha256-") == 3  # a style sheet, two scripts: data is not run, so it needs none
    runs = [each for each in page.all("script") if each.get("type") != "application/json"]
    assert len(runs) == 2
    assert sum(sha256(each) in policy for each in page.texts["script"]) == 2


def test_hostile_names_do_not_leave_the_data() -> None:
    text, page = page_of(with_windows(hostile_run()))
    (inside,) = DATA.findall(text)
    assert not re.search("[<>&]", inside)
    assert HOSTILE in [work["title"] for work in data_of(text)]
    assert not page.all("img")
    assert len(page.all("script")) == 3


def test_what_is_embedded_is_the_same_json() -> None:
    value = ["</script>", "<!--", "]]>", "&amp;", "\u2028", "\udc80"]
    assert json.loads(embedded(value)) == value
    assert embedded(value).isascii()


def test_a_full_page_is_not_too_large() -> None:
    text, page = page_of(full(make_run()))
    assert len(DATA.findall(text)[0]) < 130_000
    assert "are truncated" in page.text
