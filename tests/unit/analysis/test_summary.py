"""From observations to figures, on runs whose figures are known."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from bench.analysis.flags import FlagKind
from bench.analysis.frame import frame, median
from bench.analysis.summary import Row, Summary, summarize
from bench.core.observation import ServiceShare
from bench.core.run import Run
from bench.findings.text.notes import flag_sentence
from tests.made_up import cell_of, observation_of, plan_of, run_of


def row(summary: Summary, workload: str, runner: str) -> Row:
    return next(r for r in summary.rows if (r.cell.workload, r.cell.runner) == (workload, runner))


def test_a_speedup_is_sync_over_model_in_the_same_block() -> None:
    run = run_of({("sleep", "asyncio"): 15.0}, wobble=(1.0, 3.0, 0.5))  # a machine that changes its pace
    found = row(summarize(run), "sleep", "asyncio")
    assert found.speedup is not None
    assert (found.speedup.low, found.speedup.high) == (pytest.approx(15), pytest.approx(15))
    assert found.verdict == "faster"


def test_a_block_without_its_baseline_does_not_count() -> None:
    run = run_of({("sleep", "asyncio"): 15.0})
    sync = cell_of("sleep", "sync").key
    kept = [o for o in run.observations if not (o.key == sync and o.block == 3)]
    found = row(summarize(Run(run.plan, kept, [])), "sleep", "asyncio")
    assert found.speedup is not None
    assert (found.blocks, found.speedup.n) == (8, 7)


def test_clients_of_a_family_share_its_baseline() -> None:
    cells = [cell_of("http[httpx]", "sync"), cell_of("http[aiohttp]", "asyncio")]
    observations = [
        observation_of(c, b, s) for b in range(8) for c, s in zip(cells, (0.02, 0.001), strict=True)
    ]
    found = row(summarize(Run(plan_of(cells), observations, [])), "http[aiohttp]", "asyncio")
    assert found.speedup is not None
    assert found.speedup.median == pytest.approx(20)


def test_the_limit_takes_the_smallest_cpu_of_the_family_and_block() -> None:
    cells = [cell_of("sleep", "sync"), cell_of("sleep", "threading")]
    observations = [
        observation_of(cells[0], 0, 0.021, cpu_s=cells[0].n * 0.001),
        observation_of(cells[1], 0, 0.0015, cpu_s=cells[1].n * 0.004),
    ]
    table = frame(Run(plan_of(cells), observations, []))
    threading = table[table["runner"] == "threading"].iloc[0]
    assert threading["limit_s"] == pytest.approx((0.02 + 0.001) / 16)
    assert threading["limit_speedup"] == pytest.approx(0.021 / ((0.02 + 0.001) / 16))
    assert threading["efficiency"] == pytest.approx((0.02 + 0.001) / 16 / 0.0015)


def test_concurrency_and_parallelism_are_two_numbers() -> None:
    cell = cell_of("sleep", "asyncio")
    seen = observation_of(cell, 0, 0.00125, latency_sum_s=160 * 0.02, cpu_s=0.01)
    one = frame(Run(plan_of([cell]), [seen], [])).iloc[0]
    assert one["in_flight"] == pytest.approx(16)
    assert one["cores_used"] == pytest.approx(0.05)


def test_the_matrix_compares_models_with_the_same_client_by_the_geometric_mean() -> None:
    run = run_of({("sleep", "asyncio"): 16.0, ("http[httpx]", "asyncio"): 4.0})
    faster = cell_of("http[aiohttp]", "asyncio")
    plan = plan_of([*run.plan.cells, faster])
    seen = [*run.observations, *(observation_of(faster, b, 0.02 / 9) for b in range(8))]
    cell = summarize(Run(plan, seen, [])).matrix["asyncio", "io"]
    assert cell.workloads == ["http[httpx]", "sleep"]  # though aiohttp is faster
    assert cell.speedup.median == pytest.approx((16 * 4) ** 0.5)


def test_where_a_model_cannot_use_the_client_its_fastest_stands_in() -> None:
    sync, slow, fast = (
        cell_of("mongo[pymongo]", "sync"),
        cell_of("mongo[motor]", "asyncio"),
        cell_of("mongo[pymongo-async]", "asyncio"),
    )
    seen = [
        observation_of(c, b, s) for b in range(8) for c, s in ((sync, 0.02), (slow, 0.004), (fast, 0.002))
    ]
    cell = summarize(Run(plan_of([sync, slow, fast]), seen, [])).matrix["asyncio", "io"]
    assert cell.workloads == ["mongo[pymongo-async]"]
    assert cell.speedup.median == pytest.approx(10)
    assert cell.verdict == "faster"


def test_eight_blocks_decide_the_matrix_of_a_default_run() -> None:
    io = [("sleep", r) for r in ("threading", "multiprocessing", "asyncio")]
    io += [("http[httpx]", r) for r in ("threading", "multiprocessing", "asyncio")]
    run = run_of(
        dict.fromkeys([*io, ("mongo[pymongo]", "threading"), ("mongo[pymongo]", "multiprocessing")], 15.0)
    )
    others = [("http[aiohttp]", 0.0015), ("mongo[motor]", 0.0015), ("mongo[pymongo-async]", 0.0014)]
    cells = [(cell_of(label, "asyncio"), seconds) for label, seconds in others]
    seen = [*run.observations, *(observation_of(c, b, s) for b in range(8) for c, s in cells)]
    matrix = summarize(Run(plan_of([*run.plan.cells, *(c for c, _ in cells)]), seen, [])).matrix
    assert {cell.verdict for cell in matrix.values()} == {"faster"}


def test_the_baseline_of_a_family_is_the_same_in_every_block_and_no_lesson() -> None:
    usual, lesson = cell_of("http[httpx]", "sync"), cell_of("client-per-request[httpx]", "sync")
    rival = cell_of("http[aiohttp]", "asyncio")
    plan = plan_of([usual, lesson, rival])
    info = [replace(w, family="http", lesson=w.name != "http") for w in plan.workloads]
    seen = []
    for block in range(8):
        pair = [(usual, 0.02), (lesson, 0.05)]
        for cell, seconds in pair if block % 2 else reversed(pair):
            seen.append(observation_of(cell, block, seconds))
        seen.append(observation_of(rival, block, 0.001))
    found = row(summarize(Run(replace(plan, workloads=info), seen, [])), "http[aiohttp]", "asyncio")
    assert found.speedup is not None
    assert (found.speedup.low, found.speedup.high) == (pytest.approx(20), pytest.approx(20))


def test_a_family_of_lessons_has_a_baseline_too() -> None:
    run = run_of({("mock[a]", "threading"): 2.0})
    other = cell_of("mock[b]", "asyncio")
    plan = plan_of([*run.plan.cells, other])
    plan = replace(plan, workloads=[replace(w, lesson=True) for w in plan.workloads])
    seen = [*run.observations, *(observation_of(other, b, 0.004) for b in range(8))]
    found = row(summarize(Run(plan, seen, [])), "mock[b]", "asyncio")
    assert found.speedup is not None
    assert found.speedup.median == pytest.approx(5)


def test_answers_that_change_are_flagged() -> None:
    run = run_of({("sleep", "asyncio"): 15.0})
    seen = [replace(o, digest=str(o.block == 5)) for o in run.observations]
    assert any(
        flag.kind is FlagKind.CHANGING_ANSWERS
        for flag in row(summarize(Run(run.plan, seen, [])), "sleep", "asyncio").flags
    )


def test_twins_give_the_noise_floor() -> None:
    sync, twin = cell_of("cpu-python", "sync"), cell_of("cpu-python", "sync", "A/A")
    seen = [observation_of(sync, b, 0.03) for b in range(8)]
    seen += [observation_of(twin, b, 0.03 / (1 + b / 100)) for b in range(8)]
    (noise,) = summarize(Run(plan_of([sync, twin]), seen, [])).noise
    assert noise.label == "cpu-python, sync"
    assert (noise.ratio.low, noise.ratio.high) == (pytest.approx(1.01), pytest.approx(1.06, abs=1e-4))


def test_twins_are_in_no_comparison() -> None:
    summary = summarize(run_of({("sleep", "asyncio"): 15.0}))
    assert {(r.cell.runner, r.cell.study) for r in summary.rows} == {("sync", "main"), ("asyncio", "main")}


@pytest.mark.parametrize(
    ("share", "flag"),
    [
        (ServiceShare(cpu_share=0.9), "the http server was busy: 90 % of a core in 8 of 8 blocks"),
        (
            ServiceShare(peak_in_flight=12),
            "12 of 16 requests were in flight at the http server in 8 of 8 blocks",
        ),
        (ServiceShare(connections_opened=3), "3 connections to the http server were opened in 8 of 8 blocks"),
        (ServiceShare(stalled_s=0.5), "the http server stalled for up to 500 ms in 8 of 8 blocks"),
        (ServiceShare(0.1, 16, 0, 0.001), None),
    ],
)
def test_a_service_that_spoils_a_cell_is_flagged(share: ServiceShare, flag: str | None) -> None:
    run = run_of({("http[httpx]", "threading"): 15.0})
    key = cell_of("http[httpx]", "threading").key
    seen = [
        type(o)(**{**vars(o), "services": {"http": share}}) if o.key == key else o for o in run.observations
    ]
    flags = row(summarize(Run(run.plan, seen, [])), "http[httpx]", "threading").flags
    assert list(map(flag_sentence, flags)) == ([flag] if flag else [])


def test_what_is_faster_than_physics_is_flagged() -> None:
    found = row(summarize(run_of({("sleep", "asyncio"): 20.0})), "sleep", "asyncio")
    assert any(flag.kind is FlagKind.OVER_LIMIT for flag in found.flags)


def test_a_task_that_is_short_against_its_dispatch_is_flagged() -> None:
    cells = {name: cell_of(name, "threading") for name in ("null", "sleep")}
    sync = cell_of("sleep", "sync")
    run = Run(
        plan_of([*cells.values(), sync]),
        [
            observation_of(cells["null"], 0, 0.001),
            observation_of(cells["sleep"], 0, 0.01),
            observation_of(sync, 0, 0.02),
        ],
        [],
    )
    assert any(flag.kind is FlagKind.SHORT_TASK for flag in row(summarize(run), "sleep", "threading").flags)


def test_p99_is_kept_from_small_batches() -> None:
    found = row(summarize(run_of({("sleep", "asyncio"): 15.0})), "sleep", "asyncio")
    assert found.p50_s is not None
    assert found.p99_s is None


def test_an_empty_run_has_an_empty_summary() -> None:
    summary = summarize(Run(plan_of([cell_of("sleep", "sync")]), [], []))
    assert (summary.rows, summary.matrix, summary.noise) == ([], {}, [])


def test_elsewhere_than_linux_there_is_no_limit_and_no_error() -> None:
    run = run_of({("sleep", "asyncio"): 15.0})
    seen = [type(o)(**{**vars(o), "cpu_s": None}) for o in run.observations]
    found = row(summarize(Run(run.plan, seen, [])), "sleep", "asyncio")
    assert found.limit_speedup is None
    assert found.verdict == "faster"


@pytest.mark.filterwarnings("error")
def test_the_median_of_a_column_is_that_of_its_numbers() -> None:
    assert median(pd.Series([1.0, None, 3.0])) == 2.0
    assert median(pd.Series([None, float("nan")])) is None
