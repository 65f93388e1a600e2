"""The page of a run over several builds, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.findings.collect import collect
from bench.report.files import write_files
from bench.report.html.run import render
from tests.browser.test_report import OVERFLOW
from tests.made_up_builds import FREE, GIL, PARALLEL, USUAL, builds_run, with_calibration

Show = Callable[..., Any]
LONG = replace(FREE, name="3.14.2t (~/a/very/long/path/to/an/environment/of/its/own/bin/python)")


def html(**changes: Any) -> str:
    return render(collect(with_calibration(builds_run(**changes))))


def test_nothing_sticks_out_sideways(show: Show) -> None:
    page = show(html=html())
    for width in (1280, 700, 390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OVERFLOW) <= 0, width


@pytest.mark.full
@pytest.mark.parametrize("width", [1280, 390])
def test_long_names_do_not_spoil_it(show: Show, width: int) -> None:
    run = with_calibration(builds_run((GIL, USUAL, 1.0), (LONG, PARALLEL, 1.2)))
    page = show(html=render(collect(run)), width=width)
    assert page.evaluate(OVERFLOW) <= 0


@pytest.mark.full
def test_the_figures_of_a_build_can_be_filtered(show: Show) -> None:
    page = show(html=html(), at="#data")
    page.fill("#filter", "3.14.2t (GIL on)")
    rows = page.locator("#measurements tbody tr:not([hidden]):not(#none)")
    assert rows.count() == 7
    assert all("(GIL on)" in text for text in rows.all_inner_texts())


def test_one_page_leads_to_the_others(chromium: Any, tmp_path: Path) -> None:
    report = write_files(collect(with_calibration(builds_run())), tmp_path)
    context = chromium.new_context()
    try:
        page = context.new_page()
        page.goto(report.as_uri())
        page.locator("#builds").get_by_role("link", name="Report of").nth(1).click()
        assert page.url.endswith("report-3.14.2t.html")
        assert page.locator(".pages [aria-current=page]").inner_text() == "3.14.2t"
        page.locator(".pages").get_by_role("link", name="All builds").click()
        page.locator("#claims > summary").click()
        page.locator("#claims .verdict").first.click()
        assert "#claim-" in page.url
        assert page.locator(page.url[page.url.index("#") :]).is_visible()
    finally:
        context.close()


@pytest.mark.full
@pytest.mark.parametrize(("width", "theme"), [(1280, "light"), (390, "dark")])
def test_axe_finds_nothing(chromium: Any, tmp_path: Path, theme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    report = write_files(collect(with_calibration(builds_run())), tmp_path)
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True
    )
    try:
        page = context.new_page()
        found = []
        for path in (report, tmp_path / "report-3.14.2t.html"):
            page.goto(path.as_uri())
            page.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")
            found += axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    finally:
        context.close()
    assert not [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
