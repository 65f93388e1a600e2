"""A run over several builds: each by itself, all beside each other, and what is said of that."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from pandas.testing import assert_frame_equal
from rich.console import Console

import bench.analysis.builds
import bench.analysis.summary
import bench.findings.collect
from bench.analysis.builds import by_build, of_build, plain_loop, speed
from bench.analysis.frame import frame
from bench.analysis.statistics import estimate
from bench.core.cell import Cell
from bench.core.demo_outcome import Outcome
from bench.core.errors import UserError
from bench.core.run import Missing, Run
from bench.findings.claim import CLAIMS
from bench.findings.collect import collect, ledger
from bench.findings.text.headline import headline, sentences
from bench.report.exports import EXPORTS
from bench.report.files import write_files
from bench.report.html.run import render
from bench.report.links import pages
from bench.report.saved_run import SavedRun
from bench.report.terminal.summary import print_run
from tests.made_up import observation_of, plan_of
from tests.made_up_builds import FREE, FREE_WITH_GIL, GIL, OLD, PARALLEL, USUAL, builds_run, with_calibration
from tests.made_up_page import make_run
from tests.unit.report.test_html import Page
from workloads.shared_data import SharedData

ABOUT_BUILDS = (
    "free-threaded-parallel",
    "free-threaded-cost",
    "free-threaded-shared",
    "interpreters-parallel",
)


def run() -> Run:
    return with_calibration(builds_run())


def verdicts(run: Run) -> dict[str, list[str]]:
    """By claim, on each build."""
    return {
        each[0].claim.id: [entry.judgement.verdict for entry in each] for each in ledger(collect(run).builds)
    }


def printed(run: Run, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    print_run(collect(run), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_each_build_is_summed_up_as_if_it_were_alone() -> None:
    builds = by_build(run())
    assert [summary.python for summary in builds] == [GIL, FREE, FREE_WITH_GIL]
    for summary in builds:
        assert {row.cell.python for row in summary.rows} == {summary.python.name}
        assert summary.effective_cores is not None
        assert summary.blocks == 8
    gains = [summary.matrix["threading", "cpu-python"].speedup.median for summary in builds]
    assert gains == pytest.approx([1.0, 1.95, 1.0])
    assert [summary.gil for summary in builds] == [True, False, True]


def test_a_run_on_one_interpreter_is_what_it_was() -> None:
    alone = make_run()
    found = collect(alone)
    assert not found.several
    assert found.builds[0].summary.run is alone


def test_a_build_has_the_rows_of_the_runs_frame_that_are_its_own() -> None:
    whole = run()
    for summary in by_build(whole):
        alone = frame(of_build(whole, summary.python.name))
        assert_frame_equal(summary.table.reset_index(drop=True), alone)


def test_findings_and_the_frame_are_worked_out_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made: Counter[str] = Counter()

    def counted(name: str, original: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object) -> object:
            made[name] += 1
            return original(*given)

        return call

    for module, name in (
        (bench.findings.collect, "frame"),
        (bench.analysis.builds, "frame"),
        (bench.analysis.summary, "frame"),
        (bench.findings.collect, "answers"),
        (bench.findings.collect, "Evidence"),
    ):
        monkeypatch.setattr(module, name, counted(name, getattr(module, name)))
    saved = SavedRun(run())
    print_run(saved.findings, Console(file=io.StringIO()))
    write_files(saved.findings, tmp_path)
    for name in EXPORTS.names():
        with suppress(UserError):
            EXPORTS.get(name).export(saved.findings)
    assert [len(table) > 0 for table in (saved.frame, saved.summary, saved.claims)] == [True] * 3
    assert made == {"frame": 1, "answers": 3, "Evidence": 3}


def test_what_one_build_lacks_and_its_demos_are_its_own() -> None:
    lacking = [Missing("http[httpx]", "", "it needs httpx", python=FREE.name)]
    whole = builds_run(missing=lacking)
    whole = replace(
        whole, demos=[Outcome("race", "threading", python=name) for name in (GIL.name, FREE.name)]
    )
    one, free, _ = by_build(whole)
    assert one.run.plan.missing == []
    assert free.run.plan.missing == lacking
    assert [outcome.python for outcome in free.run.demos] == [FREE.name]


def test_builds_are_compared_block_by_block() -> None:
    first, free, _ = by_build(run())
    value = speed(free, first, "cpu-python", "sync")
    assert value is not None
    assert value.median == pytest.approx(1 / 1.25)
    loops = estimate(list(plain_loop(free, first, "cpu-python").values()))
    assert loops.low == pytest.approx(loops.high) == pytest.approx(1 / 1.25)
    assert speed(free, first, "http", "sync") is None


def test_the_headline_says_where_a_model_gains_and_where_not() -> None:
    builds = collect(run()).builds
    assert headline(builds) == [
        "Computing in Python, threading gains on 3.14.2t (1.95x), not on 3.14.2 (1.00x) and 3.14.2t (GIL on)"
        " (1.00x)."
    ]
    assert "compared with 3.14.2: 3.14.2t 0.80x" in sentences(builds)[0]


def test_where_builds_do_not_differ_it_says_so() -> None:
    alike = collect(builds_run((OLD, USUAL, 1.0), (GIL, USUAL, 1.0))).builds
    assert "the same models gain on every build" in headline(alike)[0]


def test_claims_about_the_gil_change_with_the_build() -> None:
    found = verdicts(run())
    assert found["processes-needed"] == ["supported", "refuted", "supported"]
    assert found["free-threaded-parallel"] == ["not measured", "supported", "not measured"]
    assert found["free-threaded-cost"] == ["not measured", "supported", "supported"]
    assert found["interpreters-parallel"] == ["not measured"] * 3


def test_claims_about_builds_can_be_refuted() -> None:
    slow = {**USUAL, ("cpu-python", "interpreters"): 1.0}
    found = verdicts(with_calibration(builds_run((GIL, slow, 1.0), (FREE, USUAL, 0.9))))
    assert found["interpreters-parallel"] == ["refuted", "not measured"]
    assert found["free-threaded-parallel"] == ["not measured", "refuted"]
    assert found["free-threaded-cost"] == ["not measured", "refuted"]


def test_the_cost_is_only_told_against_the_same_version() -> None:
    run = with_calibration(builds_run((OLD, USUAL, 1.0), (FREE, PARALLEL, 1.3)))
    assert verdicts(run)["free-threaded-cost"] == ["not measured"] * 2


@pytest.mark.parametrize(
    ("gil", "slower", "verdict"),
    [(False, 1.5, "supported"), (False, 1.0, "refuted"), (True, 1.5, "not measured")],
)
def test_sharing_is_judged_where_no_gil_hides_it(gil: bool, slower: float, verdict: str) -> None:
    run = threads_with_data({"own": 0.01, "shared": 0.01 * slower}, gil=gil)
    (judged,) = [each for each in collect(run).builds[0].judged if each.claim.id == "free-threaded-shared"]
    assert judged.judgement.verdict == verdict


def threads_with_data(seconds: Mapping[str, float], *, gil: bool) -> Run:
    """A run of the study shared-data, of its dict alone."""
    cells = {
        data: Cell(
            "3.14.2t",
            f"shared-data(data={data})",
            SharedData("dict", data).spec(),
            "threading",
            2,
            20,
            study="shared-data",
        )
        for data in seconds
    }
    seen = [
        observation_of(cell, block, seconds[data] * (1 + block / 1000), gil=gil)
        for block in range(8)
        for data, cell in cells.items()
    ]
    return Run(plan_of(list(cells.values()), gil=gil), seen, [])


@pytest.mark.parametrize(("cores", "told"), [(1.1, True), (2.0, False)])
def test_fewer_cores_than_the_machine_has_are_told(cores: float, told: bool) -> None:
    run = with_calibration(builds_run(), cores)
    assert ("something else used the rest" in " ".join(printed(run).split())) == told
    assert ("something else used the rest" in Page(render(collect(run))).text) == told


def test_few_blocks_decide_nothing_about_builds() -> None:
    found = verdicts(with_calibration(builds_run(blocks=3)))
    assert not {verdict for id in ABOUT_BUILDS for verdict in found[id]} & {"supported", "refuted"}


def test_every_claim_about_builds_says_how_to_measure_it() -> None:
    about = [claim for claim in CLAIMS.all if claim.id in ABOUT_BUILDS]
    assert len(about) == len(ABOUT_BUILDS)
    assert all("--python" in claim.measure for claim in about)


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_terminal_shows_builds_side_by_side_within_its_width(width: int) -> None:
    text = printed(run(), width)
    assert all(len(line) <= width for line in text.splitlines())
    for words in ("3.14.2t", "GIL off", "1.95x", "0.80x", "PYTHON" if width > 140 else "sync, vs 3.14.2"):
        assert words in text


def test_the_page_shows_builds_side_by_side() -> None:
    page = Page(render(collect(run())))
    text = page.text
    for words in (GIL.name, FREE.name, FREE_WITH_GIL.name, "1.95x", "0.80x", "PYTHON_GIL=1", "JIT off"):
        assert words in text
    assert [section["id"] for section in page.all("section")][:3] == ["speedup", "builds", "cells"]
    folds = {fold.get("id") for fold in page.all("details")}
    assert {"claims", "data", "gaps", "machine"} <= folds


def test_each_build_has_a_page_and_the_pages_lead_to_each_other(tmp_path) -> None:
    write_files(collect(run()), tmp_path)
    files = pages([GIL.name, FREE.name, FREE_WITH_GIL.name])
    assert sorted(path.name for path in tmp_path.glob("report*.html")) == sorted(
        ["report.html", *files.values()]
    )
    for name, file in files.items():
        text = (tmp_path / file).read_text()
        assert 'href="./report.html"' in text
        for other in files.values():
            assert (f'href="./{other}"' in text) == (other != file), name
    assert all(f"./{file}" in (tmp_path / "report.html").read_text() for file in files.values())
    assert {FREE.name, GIL.name} <= set(
        (tmp_path / "results.csv").read_text().replace(",", "\n").splitlines()
    )


def test_no_name_leads_out_of_the_folder() -> None:
    hostile = ["../../etc/passwd", "a/b", "a b", "", "<script>", "." * 300, "..", "a-b"]
    files = list(pages(hostile).values())
    assert len(set(files)) == len(files)
    assert all("/" not in file and ".." not in file and len(file) < 100 for file in files)


def test_a_hostile_name_stays_text() -> None:
    evil = replace(FREE, name="<img src=x onerror=alert(1)>", build="</script><b>")
    html = render(collect(with_calibration(builds_run((GIL, USUAL, 1.0), (evil, PARALLEL, 1.2)))))
    assert "<img src=x" not in html
    assert "</script><b>" not in html


def test_a_module_that_turned_the_gil_on_is_named() -> None:
    whole = run()
    keys = {cell.key for cell in whole.plan.cells if cell.python == FREE.name and cell.workload == "sleep"}
    seen = [
        replace(each, gil=True, gil_by="old_client._speedups") if each.key in keys else each
        for each in whole.observations
    ]
    whole = replace(whole, observations=seen)
    for text in (printed(whole), Page(render(collect(whole))).text):
        assert "old_client._speedups" in text
        assert "turned the GIL on again" in " ".join(text.split())


def test_what_failed_or_was_missing_names_the_build() -> None:
    lacking = [Missing("http[httpx]", "", "it needs httpx: pip install httpx", python=FREE.name)]
    run = builds_run(missing=lacking)
    assert "3.14.2t: http[httpx] is not available" in " ".join(printed(run).split())
    assert "pip install httpx" in Page(render(collect(run))).text
