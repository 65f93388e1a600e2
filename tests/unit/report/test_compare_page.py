"""The page of a comparison: what it shows, and that it is safe whatever the names are."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

from bench.analysis.comparison import CHANGED
from bench.core.run import Run
from bench.findings.answer import Dots
from bench.findings.text.compare import headline
from bench.report.compared import Shown, of_pairs, of_runs
from bench.report.files import write_comparison
from bench.report.html.compare import render_comparison
from bench.report.html.page import joined
from bench.report.html.sections.compared import section
from bench.report.html.sections.study import chart
from bench.storage.run_folder import RunFolder
from tests.made_up import run_of
from tests.made_up_builds import GIL, NOW, THEN, USUAL, builds_run
from tests.made_up_page import HOSTILE, hostile_run, make_run
from tests.unit.analysis.test_compare import SPEEDUPS, WOBBLE, calibrated, times
from tests.unit.report.test_html import Page, sha256

COMMAND = "python -m bench compare A B"


def page_of(shown: Shown, folder: Path = Path("nowhere"), command: str = COMMAND) -> Page:
    assert shown.compared is not None
    return Page(render_comparison(shown, shown.compared, folder, command))


def compared(*, slower: float = 1.0, speed: float = 1.0) -> Shown:
    """A run, and the same on a machine of that speed with one cell so much slower."""
    before = calibrated(run_of(SPEEDUPS, wobble=WOBBLE))
    speedups = SPEEDUPS | {("sleep", "asyncio"): SPEEDUPS["sleep", "asyncio"] / slower}
    after = times(run_of(speedups, wobble=WOBBLE), 1 / speed, "cpu-python")
    after = calibrated(after, speed=speed)
    return of_runs(before, after, 0.05, anyway=True)


def pictures(shown: Shown) -> list[Dots]:
    assert shown.compared is not None
    found = section(shown.compared).answer.pictures
    assert all(isinstance(each, Dots) for each in found)
    return [each for each in found if isinstance(each, Dots)]


def test_it_says_first_what_changed() -> None:
    shown = compared(slower=1.5)
    assert shown.compared is not None
    page = page_of(shown)
    assert headline(shown.compared) in page.text
    assert "1 is slower" in page.texts["h1"][0]
    assert "sleep under asyncio runs at 0.67x the speed in B" in page.text
    assert COMMAND in page.text


def test_every_cell_is_drawn_what_changed_first() -> None:
    shown = compared(slower=1.5)
    assert shown.compared is not None
    changed, *others = pictures(shown)
    assert [dot.name for dot in changed.dots] == ["sleep, asyncio"]
    assert [dot.group for dot in changed.dots] == ["▼ slower in B by more than 5 % (1)"]
    assert len(changed.dots) + sum(len(each.dots) for each in others) == len(shown.compared.cells)
    assert {each.title for each in others} <= {"Unresolved", "Equivalent"}
    assert len(shown.compared.having(*CHANGED)) == 1


def test_both_speeds_are_named_where_they_differ() -> None:
    page = page_of(compared(speed=0.8))
    for column in ("A, as measured", "B, as measured", "Speed, as measured", "Speed, corrected"):
        assert column in page.texts["th"]
    assert "Hollow: as measured" in page.text
    dots = [dot for picture in pictures(compared(speed=0.8)) for dot in picture.dots]
    computes = [dot for dot in dots if dot.name.startswith("cpu-python")]
    assert all(dot.other is not None and dot.other < 0.85 for dot in computes)  # as measured
    assert all(0.9 < dot.value.median < 1.1 for dot in computes)  # at the same speed of the machine


def test_what_is_not_corrected_has_one_speed() -> None:
    shown = of_pairs(builds_run((THEN, USUAL, 1.0), (NOW, USUAL, 1.3)), 0.05)
    assert all(dot.other is None for picture in pictures(shown) for dot in picture.dots)
    page = page_of(shown)
    assert "Speed, as measured" not in page.texts["th"]
    assert "Hollow" not in page.text


def test_the_threshold_and_the_noise_are_shaded() -> None:
    picture = pictures(compared())[0]
    root = ElementTree.fromstring(chart(picture))
    shaded = [each for each in root.iter() if each.get("class") == "near"]
    assert len(shaded) == len(picture.bands) == 2
    wide, narrow = (float(each.get("width", 0)) for each in shaded)
    assert wide > narrow > 0


def test_names_that_would_be_the_same_have_the_tasks_in_flight() -> None:
    run = calibrated(run_of(SPEEDUPS))
    cell = next(cell for cell in run.plan.cells if (cell.workload, cell.runner) == ("sleep", "asyncio"))
    more = replace(cell, concurrency=64)
    seen = [replace(each, key=more.key) for each in run.observations if each.key == cell.key]
    both = Run(replace(run.plan, cells=[*run.plan.cells, more]), [*run.observations, *seen], [], run.folder)
    names = [dot.name for picture in pictures(of_runs(both, both, 0.05, anyway=True)) for dot in picture.dots]
    assert {"sleep, asyncio, 16 in flight", "sleep, asyncio, 64 in flight"} <= set(names)
    assert "sleep, threading" in names


def test_what_differs_beside_times_is_listed() -> None:
    before = make_run()
    machine = replace(before.plan.machine, memory=16 << 30, host="elsewhere")
    after = replace(before, plan=replace(before.plan, machine=machine))
    page = page_of(of_runs(before, after, 0.05, anyway=True))
    assert "other machine" in page.text
    assert "8 GiB" in page.text
    assert "16 GiB" in page.text
    assert "Apart from times, both are the same" in page_of(of_runs(before, before, 0.05, anyway=True)).text


def test_hostile_names_stay_text() -> None:
    run = hostile_run()
    page = page_of(of_runs(run, run, 0.05, anyway=True), command=HOSTILE)
    assert page.text.count(HOSTILE) > 3
    assert not page.all("img")
    assert len(page.all("script")) == 2
    for _, attributes in page.elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        assert re.fullmatch(r"([a-z -]|m-other-\d|names-\d)*", attributes.get("class", ""))


def test_the_policy_allows_its_own_style() -> None:
    page = page_of(compared())
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    style = "".join(page.texts["style"])
    assert sha256(style) in policy
    assert joined("compare", "css") in style


def test_it_links_to_the_reports_that_there_are(tmp_path: Path) -> None:
    runs = []
    for name in ("a", "b c"):
        folder = RunFolder.create(tmp_path / name, GIL_RUN.plan)
        (folder.path / "report.html").write_text("a report")
        folder.finish("done")
        runs.append(replace(GIL_RUN, folder=str(folder.path)))
    shown = of_runs(*runs, 0.05, anyway=True)
    assert shown.compared is not None
    path = write_comparison(shown, shown.compared, Path(runs[1].folder), COMMAND)
    assert path == Path(runs[1].folder) / "compare.html"
    links = [link["href"] for link in Page(path.read_text()).all("a") if link["href"].endswith("report.html")]
    assert len(links) == 2
    assert links[1] == "report.html"
    assert links[0].startswith("../../a/")
    Path(runs[0].folder, "report.html").unlink()
    links = [link["href"] for link in page_of(shown, path.parent).all("a")]
    assert [link for link in links if link.endswith("report.html")] == ["report.html"]


GIL_RUN = builds_run((GIL, USUAL, 1.0))
