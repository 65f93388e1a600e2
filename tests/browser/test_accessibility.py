"""No violation that axe can find, in both themes, on a wide and a narrow screen, with every fold open."""

from __future__ import annotations

from typing import Any

import pytest

from bench.findings.collect import collect
from bench.report.html.run import render
from bench.storage.run_folder import load_run
from tests.integration.test_sample import ROOT

OPEN_ALL = "document.querySelectorAll('details').forEach(fold => fold.open = true)"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The report of the committed sample, as this version makes it."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(collect(load_run(ROOT / "reports" / "sample"))), encoding="utf-8")
    return path.as_uri()


LONG = [
    pytest.param(width, theme, marks=pytest.mark.full)
    for width, theme in ((1280, "light"), (1280, "dark"), (390, "light"))
]


@pytest.mark.parametrize(("width", "theme"), [(390, "dark"), *LONG])
def test_axe_finds_nothing(chromium: Any, page: str, theme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    # The page's own policy would not let axe in.
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True
    )
    try:
        tab = context.new_page()
        tab.goto(page)
        tab.evaluate(OPEN_ALL)
        found = axe.Axe().run(tab).response["violations"]
    finally:
        context.close()
    assert not [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]
