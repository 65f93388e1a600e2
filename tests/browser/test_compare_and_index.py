"""The page of a comparison and the list of runs, in a browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bench.core.run import Run
from bench.findings.collect import collect
from bench.report.compared import of_runs
from bench.report.files import write_comparison, write_files
from bench.storage.run_folder import RunFolder
from tests.browser.test_accessibility import OPEN_ALL
from tests.browser.test_report import BACKGROUND, DARK, LIGHT, OVERFLOW
from tests.made_up_page import make_run
from tests.unit.analysis.test_compare import calibrated, times

Show = Callable[..., Any]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A comparison with something slower, faster and undecided, and the list of its two runs."""
    parent = tmp_path_factory.mktemp("reports")
    before = calibrated(make_run())
    machine = replace(before.plan.machine, memory=16 << 30)
    plan = replace(before.plan, machine=machine, created="2026-02-03T04:05:06+00:00")
    after = calibrated(times(replace(make_run(), plan=plan), 1.4, "sleep", "asyncio"), speed=0.8)
    after = times(after, 0.7, "cpu-python", "multiprocessing")
    before, after = saved(before, parent), saved(after, parent)
    shown = of_runs(before, after, 0.05, anyway=True)
    assert shown.compared is not None
    command = f"python -m bench compare {before.folder} {after.folder}"
    page = write_comparison(shown, shown.compared, Path(after.folder), command)
    return {"compare": page, "index": parent / "index.html"}


def saved(run: Run, parent: Path) -> Run:
    folder = RunFolder.create(parent, run.plan)
    for observation in run.observations:
        folder.append(observation)
    folder.finish("done")
    write_files(collect(run), folder.path)
    return replace(run, folder=str(folder.path))


def shown(show: Show, path: Path, **context: Any) -> Any:
    """The page, where it lies."""
    page = show(html="<!doctype html><title>empty</title>", **context)
    page.goto(path.as_uri())
    return page


@pytest.mark.parametrize("name", ["compare", "index"])
def test_nothing_sticks_out_sideways(show: Show, pages: dict[str, Path], name: str) -> None:
    page = shown(show, pages[name])
    for opened in (False, True):
        if opened:
            page.evaluate(OPEN_ALL)
        for width in (1280, 700, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(OVERFLOW) <= 0, width


@pytest.mark.parametrize("name", ["compare", "index"])
@pytest.mark.parametrize(("theme", "ground"), [("light", LIGHT), ("dark", DARK)])
def test_it_has_the_systems_theme(
    show: Show, pages: dict[str, Path], name: str, theme: str, ground: str
) -> None:
    assert shown(show, pages[name], color_scheme=theme).evaluate(BACKGROUND) == ground


@pytest.mark.parametrize("name", ["compare", "index"])
@pytest.mark.parametrize(
    ("width", "theme"), [(390, "dark"), pytest.param(1280, "light", marks=pytest.mark.full)]
)
def test_axe_finds_nothing(chromium: Any, pages: dict[str, Path], name: str, width: int, theme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=theme, bypass_csp=True
    )
    try:
        page = context.new_page()
        page.goto(pages[name].as_uri())
        page.evaluate(OPEN_ALL)
        found = axe.Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    finally:
        context.close()
    assert not [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]


def test_two_ticked_runs_give_the_command_with_the_older_first(show: Show, pages: dict[str, Path]) -> None:
    page = shown(show, pages["index"])
    boxes = page.get_by_role("checkbox")
    assert boxes.count() == 2
    command = page.locator("#command")
    assert command.inner_text() == "python -m bench compare A B"
    boxes.nth(0).check()
    assert command.inner_text() == "python -m bench compare A B"
    boxes.nth(1).check()
    newer, older = boxes.nth(0).get_attribute("value"), boxes.nth(1).get_attribute("value")
    assert command.inner_text() == f"python -m bench compare {older} {newer}"
    page.get_by_role("button", name=f"Copy the command python -m bench compare {older} {newer}").click()
    page.wait_for_function(
        "() => document.getElementById('announce').textContent.includes('The command was')"
    )
    boxes.nth(0).uncheck()
    assert command.inner_text() == "python -m bench compare A B"


@pytest.mark.full
def test_no_more_than_two_can_be_ticked(show: Show, pages: dict[str, Path], tmp_path: Path) -> None:
    for number in range(3):
        plan = replace(make_run().plan, created=f"202{number}-02-03T04:05:06+00:00")
        last = saved(replace(make_run(), plan=plan), tmp_path)
    page = shown(show, Path(last.folder).parent / "index.html")
    boxes = page.get_by_role("checkbox")
    boxes.nth(0).check()
    boxes.nth(2).check()
    assert boxes.nth(1).is_disabled()
    boxes.nth(2).uncheck()
    assert boxes.nth(1).is_enabled()


def test_without_scripts_the_commands_form_is_there(show: Show, pages: dict[str, Path]) -> None:
    page = shown(show, pages["index"], java_script_enabled=False)
    assert page.get_by_role("checkbox").count() == 0
    assert page.locator("#command").inner_text() == "python -m bench compare A B"
    page.get_by_role("link", name="Waiting, 16 at once").first.click()
    assert page.url.endswith("report.html")


def test_from_a_comparison_to_the_reports(show: Show, pages: dict[str, Path]) -> None:
    page = shown(show, pages["compare"])
    links = page.locator("dl.sides a")
    assert links.count() == 2
    links.first.click()
    assert page.url.endswith("report.html")
