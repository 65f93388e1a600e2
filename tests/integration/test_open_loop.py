"""Open-loop cells in real processes. Only orders are asserted, with wide margins: never a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.core.observation import Failure, Observation
from bench.core.runner import RUNNERS
from bench.worker.procedures.open_loop import arrivals
from tests.integration.test_interrupts import marked
from workloads.http_fetch import Httpx
from workloads.sleep import Sleep

Observe = Callable[..., Observation]
ABLE = [runner for runner in RUNNERS.all if runner.flavour in Sleep.flavours and runner.available() is None]


@pytest.mark.parametrize("runner", ABLE, ids=lambda runner: runner.name)
def test_every_model_takes_tasks_as_they_arrive(observe: Observe, runner: object) -> None:
    many = 1 if runner.one_at_a_time else 4
    options = {"load": 0.5}
    seen = observe(
        Sleep(0.002), runner.name, concurrency=many, n=100, procedure="open_loop", options=options
    )  # fmt: skip
    assert sum(seen.latencies.values()) == seen.n == 100
    assert seen.figures["rate"] == pytest.approx(seen.figures["capacity"] / 2)
    assert 0 <= seen.figures["late_s"] <= seen.latency_sum_s / seen.n
    due = arrivals(100, seen.figures["rate"], block=0)
    assert seen.wall_s >= due[-1] - due[0]
    assert seen.latency_sum_s >= 100 * 0.002


@pytest.mark.alone
def test_a_load_beyond_the_capacity_makes_tasks_wait(observe: Observe) -> None:
    calm, flooded = (
        observe(Sleep(0.002), "threading", n=100, procedure="open_loop", options={"load": load})
        for load in (0.3, 3.0)
    )
    assert flooded.latency_sum_s > 2 * calm.latency_sum_s
    assert flooded.figures["late_s"] > 2 * calm.figures["late_s"]


@pytest.mark.alone
@pytest.mark.full
def test_threads_that_compute_keep_requests_waiting_by_the_switch_interval(observe: Observe) -> None:
    def beside(**options: object) -> Observation:
        rate = {"rate": 20, **options}
        return observe(
            Httpx(delay=0.001), "threading", n=10, concurrency=4, procedure="open_loop", options=rate
        )

    alone = beside()
    if not alone.gil:
        pytest.skip("this build has no GIL")
    short, long = (beside(neighbour="thread", neighbours=1, switch_interval_ms=ms) for ms in (0.5, 50))
    assert long.latency_sum_s > 3 * alone.latency_sum_s
    assert long.latency_sum_s > 2 * short.latency_sum_s
    assert long.digest == short.digest == alone.digest


@pytest.mark.alone
@pytest.mark.full
def test_a_task_that_computes_keeps_the_loop_from_requests(observe: Observe) -> None:
    alone, beside = (
        observe(Httpx(delay=0.001), "asyncio", n=10, concurrency=4, procedure="open_loop", options=options)
        for options in ({"rate": 10}, {"rate": 10, "neighbour": "task", "piece_ms": 20})
    )
    assert beside.latency_sum_s > 3 * alone.latency_sum_s
    assert beside.figures["late_s"] > alone.figures["late_s"]


def test_processes_that_compute_are_gone_afterwards(
    observe: Observe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BENCH_TEST_MARK", str(tmp_path))
    options = {"rate": 100, "neighbour": "process", "neighbours": 2}
    seen = observe(Sleep(0.001), "threading", n=20, procedure="open_loop", options=options)
    assert "capacity" not in seen.figures
    assert marked(tmp_path, "bench.worker.spin") == []


def test_a_neighbour_that_does_not_fit_voids_the_cell(fail: Callable[..., Failure]) -> None:
    options = {"rate": 100, "neighbour": "task", "piece_ms": 20}
    failure = fail(Sleep(0.001), "threading", n=4, procedure="open_loop", options=options)
    assert "cannot run a neighbour" in failure.reason
