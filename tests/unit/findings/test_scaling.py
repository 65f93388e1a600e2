"""Scaling in a default run: the short form of the sweep, which shares a level with the comparison."""

from __future__ import annotations

from dataclasses import replace

from bench.analysis.summary import summarize
from bench.core.run import Missing, Run
from bench.core.runner import RUNNERS
from bench.findings.studies.sweep import answer
from bench.findings.text.notes import gap_notes
from bench.planning.descriptions import describe_variant
from bench.planning.studies.sweep import SHORT_CONCURRENCIES, Sweep
from bench.planning.study import StudyScope
from tests.made_up import cell_of, observation_of, plan_of
from workloads.http_fetch import Aiohttp, Httpx

CORE = tuple(runner for runner in RUNNERS.all if runner.core)
# Tasks a second: threads win with few in flight, the loop with many.
RATES = {"threading": {1: 40, 4: 160, 16: 700, 64: 900}, "asyncio": {1: 40, 4: 150, 16: 600, 64: 2000}}


def test_the_short_form_is_threads_and_the_loop_with_one_client_and_the_loop_with_another() -> None:
    cells = Sweep().cells(StudyScope(runners=CORE, cores=2, gil=True, quick=True))
    curves = {(cell.workload.label(), cell.runner.name) for cell in cells}
    assert curves == {("http[httpx]", "threading"), ("http[httpx]", "asyncio"), ("http[aiohttp]", "asyncio")}
    assert {cell.concurrency for cell in cells} == set(SHORT_CONCURRENCIES)
    assert all(cell.longest_s < 10 for cell in cells)


def test_a_model_that_was_not_chosen_has_no_curve() -> None:
    asyncio = tuple(runner for runner in CORE if runner.name == "asyncio")
    cells = Sweep().cells(StudyScope(runners=asyncio, cores=2, gil=True, quick=True))
    assert {cell.runner.name for cell in cells} == {"asyncio"}


def run_with(shared: bool) -> Run:
    """A run of the short form; the level 16 is that of the comparison, or was not measured."""
    plain = cell_of("http[httpx]", "threading")
    cells = {
        (model, level): replace(
            plain, runner=model, concurrency=level, n=320, study="main" if level == 16 else "sweep"
        )
        for model, rates in RATES.items()
        for level in rates
        if shared or level != 16
    }
    blocks = 4
    plan = plan_of(
        list(cells.values()),
        blocks=blocks,
        workloads=[describe_variant(Httpx()), describe_variant(Aiohttp())],
    )
    seen = [
        observation_of(cell, block, 1 / RATES[model][level])
        for block in range(blocks)
        for (model, level), cell in cells.items()
    ]
    return Run(plan, seen, [])


def test_the_level_of_the_comparison_is_a_point_of_the_curve() -> None:
    found = answer(summarize(run_with(shared=True)))
    assert found is not None
    assert {row[2] for row in found.table.rows} == {"1", "4", "16", "64"}


def test_where_the_loop_passes_threads_is_told_and_marked() -> None:
    found = answer(summarize(run_with(shared=True)))
    assert found is not None
    assert found.sentences[0].startswith("http with httpx: asyncio passes threading from about ")
    assert "indicative: 4 blocks" in found.sentences[0]
    throughput, share, *_ = found.pictures
    assert throughput.title.startswith("Throughput")
    assert throughput.marks[0].name == "asyncio (httpx) passes threading (httpx)"
    assert share.title.startswith("Share of the limit")
    assert 16 < throughput.marks[0].x.median < 64


def test_without_that_level_the_curve_has_the_others() -> None:
    found = answer(summarize(run_with(shared=False)))
    assert found is not None
    assert {row[2] for row in found.table.rows} == {"1", "4", "64"}


def test_a_level_that_would_take_too_long_is_listed_there_and_nowhere_else() -> None:
    run = run_with(shared=True)
    reason = "with 256 in flight it would take 9 s in each block"
    left_out = Missing("http[httpx]", "threading", reason, left_out=True)
    summary = summarize(replace(run, plan=replace(run.plan, missing=[left_out])))
    found = answer(summary)
    assert found is not None
    assert found.notes[0] == f"Left out: http[httpx] under threading; {reason}."
    assert not any("256" in note for note in gap_notes(summary))
