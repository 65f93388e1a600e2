"""The control of a figure: its address, its table and its picture, for others' words."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bench.storage.reader import load_plan
from tests.browser.test_page import ROOT, sample

Show = Callable[..., Any]

DAY = load_plan(ROOT / "reports" / "sample").created[:10]
CORNER = ("AMD EPYC, 2 cores, Linux", f"CPython 3.11.7, GIL on · {DAY} · bench 0.1.0")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def page(show: Show) -> Any:
    return show(html=sample(), at="#where", permissions=["clipboard-read", "clipboard-write"])


def chosen(page: Any, figure: str, action: str) -> Any:
    """The button of an action of a figure, its control opened."""
    control = page.locator(f"#{figure} .quote")
    if control.get_attribute("open") is None:
        control.locator("summary").click()
    return control.get_by_role("button", name=action, exact=True)


def copied(page: Any, figure: str, action: str) -> str:
    page.evaluate("document.getElementById('announce').textContent = ''")
    chosen(page, figure, action).click()
    page.wait_for_function("() => document.getElementById('announce').textContent.endsWith('was copied.')")
    return str(page.evaluate("navigator.clipboard.readText()"))


def saved(page: Any, figure: str, action: str) -> bytes:
    with page.expect_download(timeout=20_000) as waiting:
        chosen(page, figure, action).click()
    assert waiting.value.suggested_filename == f"{figure}.{action[-3:].lower()}"
    return Path(waiting.value.path()).read_bytes()


def test_every_figure_that_is_seen_has_one(page: Any) -> None:
    for figure in page.locator("figure:visible").all():
        assert figure.get_attribute("id")
        assert figure.locator(".quote summary").count() == 1


def test_the_link_leads_to_the_figure(page: Any) -> None:
    link = copied(page, "spread-1" if page.locator("#spread[open]").count() else "where-3", "Copy link")
    assert link == page.url.split("#")[0] + "#where-3"


def test_the_markdown_is_a_table_with_what_it_was_measured_on(page: Any) -> None:
    title, see, table, corner = copied(page, "where-3", "Copy Markdown").strip().split("\n\n")
    assert title == "**Where the time went: CPU-bound**"
    assert see.startswith("Most on core: ")
    heads, rule, *rows = table.splitlines()
    assert heads.startswith("| Workload | Model | Blocked by | On core |")
    assert rule.startswith("| --- | --- | --- | ---: |")
    assert any(row.startswith("| cpu-python | threading | the GIL | ") for row in rows)
    assert all(part in corner.replace("\\", "") for part in CORNER)


def test_the_csv_has_the_table(page: Any) -> None:
    heads, *rows = csv.reader(io.StringIO(copied(page, "speedup-1", "Copy CSV")))
    assert heads == ["Workload", "Model", "Speed-up", "Interval", "Limit", "Verdict"]
    assert {len(row) for row in rows} == {6}
    assert {row[-1] for row in rows} >= {"faster"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_svg_stands_by_itself(show: Show, theme: str) -> None:
    page = show(html=sample(), color_scheme=theme)
    root = ElementTree.fromstring(saved(page, "turns-1", "Save SVG"))
    texts = [each.text or "" for each in root.iter(f"{SVG}text")]
    assert texts[0] == "Who ran when: Threads that compute in Python"
    for part in CORNER:
        assert any(part in text for text in texts)
    ground = next(root.iter(f"{SVG}rect")).get("fill")
    assert ground == {"light": "#ffffff", "dark": "#141920"}[theme]
    for each in root.iter():
        assert "class" not in each.attrib
        assert "style" not in each.attrib
        assert "var(" not in "".join(each.attrib.values())
    running = {"light": "rgb(27, 95, 193)", "dark": "rgb(74, 144, 240)"}[theme]
    assert any(each.get("fill") == running for each in root.iter(f"{SVG}rect"))


def test_the_png_shows_the_same(page: Any) -> None:
    picture = saved(page, "turns-1", "Save PNG")
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 3 * (340 + 2 * 16)


def test_the_timeline_gives_the_picture_of_the_workload_that_is_chosen(show: Show) -> None:
    page = show(html=sample(), at="#timeline")
    page.select_option("#timeline-choice", label="cpu-python (CPU-bound)")
    root = ElementTree.fromstring(saved(page, "timeline-figure", "Save SVG"))
    said = " ".join(each.text or "" for each in root.iter(f"{SVG}text"))
    assert "cpu-python" in said
    assert "multiprocessing" in said


def test_one_is_open_at_a_time_and_escape_closes_it(page: Any) -> None:
    chosen(page, "where-1", "Copy link")
    chosen(page, "where-2", "Copy link")
    assert page.locator(".quote[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".quote[open]").count() == 0


@pytest.mark.full
def test_without_scripts_there_is_none(show: Show) -> None:
    page = show(html=sample(), java_script_enabled=False)
    assert page.locator(".quote").count() == 0
