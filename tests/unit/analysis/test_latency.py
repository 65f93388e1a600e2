"""What is said of latency under load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bench.analysis.summary import Summary, summarize
from bench.core.cell import Cell, Scalar
from bench.core.histogram import bucket
from bench.core.observation import Observation
from bench.core.run import Run
from bench.core.runner import RUNNERS
from bench.findings.answer import Answer, Lines
from bench.findings.studies import latency
from bench.planning.studies.latency import LOADS, Latency
from bench.planning.study import StudyScope
from tests.made_up import cell_of, observation_of, plan_of
from workloads.sleep import Sleep

CORE = [runner for runner in RUNNERS.all if runner.core]
P99_MS = {  # by workload and model, at 50, 70 and 90 %
    ("http[httpx]", "sync"): (10.0, 20.0, 40.0),
    ("http[httpx]", "threading"): (8.0, 9.0, 16.0),
    ("http[aiohttp]", "asyncio"): (4.0, 4.4, 8.0),
}


def loaded(workload: str, runner: str, load: float) -> Cell:
    options: dict[str, Scalar] = {"load": load}
    return replace(
        cell_of(workload, runner, "latency"), n=1000, options=options, procedure="open_loop"
    )  # fmt: skip


def seen(
    cell: Cell, block: int, p99_ms: float, *, capacity: float = 1000.0, lasted: float = 1.0
) -> Observation:
    """Half of the tasks take a tenth, one in fifty a little more than the others."""
    load = float(cell.options["load"])
    rate = capacity * load
    counts = {str(bucket(round(p99_ms * 1e5))): 500, str(bucket(round(p99_ms * 1e6))): 500}
    figures = {"capacity": capacity, "rate": rate, "late_s": 0.001}
    return observation_of(cell, block, lasted / rate, latencies=counts, figures=figures)


def summary_of(
    p99_ms: Mapping[tuple[str, str], tuple[float, ...]], *, blocks: int = 8, wobble: float = 0.0
) -> Summary:
    cells = {
        loaded(workload, runner, load): p99
        for (workload, runner), line in p99_ms.items()
        for load, p99 in zip(LOADS, line, strict=False)
    }
    observations = [
        seen(cell, block, p99 * (1 + wobble * (-1) ** (block + number)))
        for block in range(blocks)
        for number, (cell, p99) in enumerate(cells.items())
    ]
    return summarize(Run(plan_of(list(cells), blocks=blocks), observations, []))


def answer_of(summary: Summary) -> Answer:
    answer = latency.answer(summary)
    assert answer is not None
    return answer


def test_it_says_who_keeps_the_latency_lowest_and_how_it_grows() -> None:
    answer = answer_of(summary_of(P99_MS))
    assert answer.sentences == [  # a histogram is true to 1/64: 8.1 for 8.0
        "http at 90 % of what each model can do: p99 is lowest under asyncio (aiohttp), 8.1 ms at 900 tasks/s;"
        " highest under sync (httpx), 40 ms at 900 tasks/s.",
        "At 90 % the p99 is 2.00x (http under threading (httpx)) to 4.00x (http under sync (httpx)) what it is"
        " at 50 %.",
    ]
    assert answer.notes == []


def test_each_family_is_a_picture_and_each_cell_a_line_of_the_table() -> None:
    answer = answer_of(summary_of(P99_MS | {("mongo[pymongo]", "sync"): (5.0, 6.0, 7.0)}))
    pictures = [picture for picture in answer.pictures if isinstance(picture, Lines)]
    assert [len(picture.series) for picture in pictures] == [3, 1]
    assert [x for x, _ in pictures[0].series[0].points] == list(LOADS)
    assert pictures[0].x.unit == "share"
    assert len(answer.table.rows) == 12
    assert all(len(row) == len(answer.table.columns) for row in answer.table.rows)


def test_where_intervals_overlap_nobody_is_said_to_lead_alone() -> None:
    near = {
        ("http[httpx]", "threading"): (8.0, 9.0, 16.0),
        ("http[httpx]", "multiprocessing"): (8.0, 9.0, 16.1),
    }
    (first, *_) = answer_of(summary_of(near, wobble=0.2)).sentences
    assert "tied with" in first
    assert "highest" not in first


def test_few_blocks_are_indicative() -> None:
    sentences = answer_of(summary_of(P99_MS, blocks=2)).sentences
    assert all(sentence.endswith("(indicative: 2 blocks).") for sentence in sentences)
    assert all("indicative" not in sentence for sentence in answer_of(summary_of(P99_MS)).sentences)


def test_what_did_not_keep_up_is_noted() -> None:
    cell = loaded("http[httpx]", "multiprocessing", 0.9)
    observations = [seen(cell, block, 60.0, lasted=1.3) for block in range(3)]
    answer = answer_of(summarize(Run(plan_of([cell]), observations, [])))
    assert answer.notes == [
        "http[httpx] under multiprocessing did not keep up at 90 %: it finished 30 % later than its arrivals; its"
        " latency grows with the number of tasks."
    ]


@pytest.mark.parametrize("load", LOADS)
def test_one_cell_is_enough_for_an_answer(load: float) -> None:
    cell = loaded("http[httpx]", "sync", load)
    answer = answer_of(summarize(Run(plan_of([cell], blocks=1), [seen(cell, 0, 5.0)], [])))
    assert len(answer.sentences) == 1
    assert "sync can do: its p99 is 5.0 ms" in answer.sentences[0]


def test_without_its_cells_there_is_no_answer() -> None:
    cell = loaded("http[httpx]", "sync", 0.5)
    assert latency.answer(summarize(Run(plan_of([cell]), [], []))) is None
    short = replace(cell, n=50)  # too few for a p99
    assert latency.answer(summarize(Run(plan_of([short]), [seen(short, 0, 5.0)], []))) is None
    bare = observation_of(cell, 0, 0.01)  # no figures
    assert latency.answer(summarize(Run(plan_of([cell]), [bare], []))) is None


def test_it_measures_each_client_under_the_models_that_fit() -> None:
    requests = Latency().cells(StudyScope(CORE, cores=2, gil=True, quick=False))
    cells = {(request.workload.label(), request.runner.name, request.concurrency) for request in requests}
    assert cells == {
        *(("http[httpx]", runner.name, 1 if runner.name == "sync" else 16) for runner in CORE),
        ("http[aiohttp]", "asyncio", 16),
        *(
            ("mongo[pymongo]", runner, c)
            for runner, c in (("sync", 1), ("threading", 16), ("multiprocessing", 16))
        ),
        ("mongo[pymongo-async]", "asyncio", 16),
    }
    assert all(request.n == 1000 for request in requests)
    assert {request.options["load"] for request in requests} == set(LOADS)


def test_workloads_that_were_named_replace_its_own() -> None:
    requests = Latency().cells(StudyScope(CORE, cores=2, gil=True, quick=False, workloads=[Sleep()]))
    assert {request.workload.label() for request in requests} == {"sleep"}
