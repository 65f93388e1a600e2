"""No violation that axe can find, and no contrast that it leaves undecided, with every fold open: dark on a
narrow screen, light on a wide one."""

from __future__ import annotations

from typing import Any

import pytest

from bench.findings.collect import collect
from bench.report.html.run import render
from bench.storage.run_folder import load_run
from tests.browser.conftest import usual
from tests.integration.test_sample import ROOT

OPEN_ALL = "document.querySelectorAll('main details:not(.quote)').forEach(fold => fold.open = true)"

SIGN = "only non-text characters"  # which stands beside its word
# Axe does not decide on texts of pictures: those whose contrast with their card is below 4.5.
FAINT = """() => {
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    function luminance(colour) {
        pen.fillStyle = colour;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map((part) => part / 255)
            .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }
    function contrast(text) {
        const card = text.closest(".card, .demos");
        const both = [getComputedStyle(text).fill, getComputedStyle(card).backgroundColor].map(luminance);
        return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
    }
    return [...document.querySelectorAll(".chart text")].filter((text) => contrast(text) < 4.5)
        .map((text) => text.textContent);
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, full: bool) -> str:
    """The report of the committed sample, as this version makes it, or of a smaller run."""
    path = tmp_path_factory.mktemp("page") / "report.html"
    page = render(collect(load_run(ROOT / "reports" / "sample"))) if full else usual()
    path.write_text(page, encoding="utf-8")
    return path.as_uri()


@pytest.mark.parametrize(
    ("width", "theme"), [(390, "dark"), pytest.param(1280, "light", marks=pytest.mark.full)]
)
def test_axe_finds_nothing(chromium: Any, page: str, theme: str, width: int, full: bool) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    # The page's own policy would not let axe in.
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True
    )
    try:
        tab = context.new_page()
        tab.goto(page)
        tab.evaluate(OPEN_ALL)
        response = axe.Axe().run(tab, options={"resultTypes": ["violations", "incomplete"]}).response
        faint = tab.evaluate(FAINT)
    finally:
        context.close()
    assert not [(each["id"], [node["target"] for node in each["nodes"]]) for each in response["violations"]]
    undecided = [each for each in response["incomplete"] if each["id"] == "color-contrast"]
    nodes = [(node["html"], node["failureSummary"]) for each in undecided for node in each["nodes"]]
    open_to_doubt = [node for node in nodes if not node[0].startswith("<text") and SIGN not in node[1]]
    assert (
        not open_to_doubt or not full
    )  # the smaller run's folded tables lie over each other where all are open
    assert faint == []
