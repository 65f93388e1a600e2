"""A run in a notebook: its overview, its tables and its figures."""

from __future__ import annotations

import base64
from xml.etree import ElementTree

import pandas as pd
import pytest

import bench
from bench.core.run import Run
from bench.report.html.figure import Figure
from bench.report.saved_run import SavedRun
from tests.made_up import plan_of
from tests.made_up_builds import NOW, THEN, USUAL, builds_run
from tests.made_up_page import HOSTILE, hostile_run, make_run
from tests.unit.report.test_html import Page

SVG = "{http://www.w3.org/2000/svg}"
REVISIONS = builds_run((THEN, USUAL, 1.0), (NOW, USUAL, 1.3), blocks=12)


def shown(value: object) -> Page:
    """What a notebook shows of it."""
    html = value._repr_html_()  # type: ignore[attr-defined]  # each value of the cases has it
    assert type(html) is str
    return Page(html)


def document(figure: Figure) -> ElementTree.Element:
    return ElementTree.fromstring(figure.svg)


def test_a_run_says_first_what_its_report_says_first() -> None:
    page = shown(SavedRun(make_run()))
    assert "Waiting, 16 at once: " in page.text
    assert "GIL on" in page.text
    assert "▲ 15.2x (" in page.text
    assert "claims about concurrency in Python" in page.text
    assert "speedup" in page.text


@pytest.mark.parametrize(
    "run", [make_run(blocks=0), make_run(fails=True), Run(plan_of([]), [], []), REVISIONS]
)
def test_whatever_became_of_a_run_can_be_shown(run: Run) -> None:
    saved = SavedRun(run)
    for each in (saved, saved.summary, saved.claims, saved.compared):
        page = shown(each)
        assert "nan" not in page.text.split()
        assert "None" not in page.text


def test_builds_stand_below_each_other() -> None:
    saved = SavedRun(builds_run())
    assert "threading on 3.14.2t" in shown(saved).text
    assert shown(saved.summary).texts["th"][0] == "Python"


def test_the_summary_is_told_as_the_report_tells_it() -> None:
    page = shown(SavedRun(make_run()).summary)
    assert page.texts["th"][:3] == ["Workload", "Model", "In flight"]
    assert "▲ faster" in page.text
    assert "20 ms" in page.text


def test_claims_are_shown_in_full() -> None:
    saved = SavedRun(make_run())
    page = shown(saved.claims)
    assert saved.claims["because"].iloc[0] in page.text
    assert "not measured" in page.text


def test_what_is_compared_is_shown() -> None:
    page = shown(SavedRun(REVISIONS).compared)
    assert "▼ slower" in page.text
    assert "Speed of B relative to A" in page.texts["th"]


def test_what_is_computed_from_a_table_is_a_plain_frame() -> None:
    table = SavedRun(make_run()).summary
    for each in (table.query("runner == 'asyncio'"), table[["workload", "runner"]], table.copy(), table.T):
        assert type(each) is pd.DataFrame
    del table["verdict"]
    assert "<table" in (table._repr_html_() or "")  # type: ignore[operator]  # a data frame has it


def test_a_figure_carries_its_own_style() -> None:
    figure = SavedRun(make_run()).figure("speedup")
    root = document(figure)
    assert root.tag == f"{SVG}svg"
    (style,) = root.iter(f"{SVG}style")
    assert "--card:" in (style.text or "")
    assert ".m-asyncio" in (style.text or "")
    assert "prefers-color-scheme: dark" in (style.text or "")
    panels = root.findall(f"{SVG}svg")
    assert len(panels) == len(figure.panels) == 3
    tops = [float(panel.get("y", 0)) for panel in panels]
    assert tops[1] >= tops[0] + float(panels[0].get("height", 0))


def test_nothing_of_a_figure_reaches_the_notebook_and_nothing_is_asked_of_the_network() -> None:
    figure = SavedRun(make_run()).figure("speedup")
    page = shown(figure)
    assert not page.all("style")
    images = page.all("img")
    assert len(images) == len(figure.panels)
    for image in images:
        kind, _, data = image["src"].partition(",")
        assert kind == "data:image/svg+xml;base64"
        assert ElementTree.fromstring(base64.b64decode(data)).tag == f"{SVG}svg"
        assert image["alt"]


def test_a_figure_of_two_revisions() -> None:
    figure = SavedRun(REVISIONS).figure("compared")
    assert [panel.title for panel in figure.panels] == ["Changed"]
    assert "speed in B" in figure.sentences[0]


def test_each_build_has_its_own_pictures() -> None:
    titles = [panel.title for panel in SavedRun(builds_run()).figure("speedup").panels]
    assert "CPU-bound (3.14.2t)" in titles
    assert len(titles) == len(set(titles))


def test_an_unknown_figure_is_a_mistake() -> None:
    with pytest.raises(bench.UserError, match="Unknown figure 'nothing': there are speedup"):
        SavedRun(make_run()).figure("nothing")
    with pytest.raises(bench.UserError, match="This run has no figures"):
        SavedRun(make_run(blocks=0)).figure("turns")


def test_hostile_names_stay_text() -> None:
    saved = SavedRun(hostile_run())
    for each in (saved, saved.summary, saved.claims):
        assert not shown(each).all("img")
    assert HOSTILE in shown(saved.summary).text
    document(saved.figure("speedup"))
