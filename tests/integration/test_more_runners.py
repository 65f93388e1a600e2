"""Cells under trio, gevent and interpreters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bench.core.observation import Failure, Observation
from bench.core.runner import RUNNERS
from bench.core.workload import Workload
from bench.environment.machine import describe_machine
from bench.execution.run import hosts_of
from bench.planning.options import Options
from tests.integration.conftest import Lab
from tests.integration.there import BrokenThere, MarksThere, link
from tests.pythons import need
from workloads.cpu_python import CpuPython
from workloads.http_fetch import Httpx
from workloads.mongo import Pymongo
from workloads.null import Null
from workloads.sleep import Sleep

Observe = Callable[..., Observation]
ATTEMPTS = 3  # of what a busy machine may spoil


def require(runner: str) -> None:
    """Skip where the runner cannot run."""
    (found,) = RUNNERS.find([runner])
    if reason := found.available():
        pytest.skip(f"{runner}: {reason}")


@pytest.fixture(autouse=True)
def findable(lab: Lab) -> None:
    link(lab)


@pytest.fixture
def lab_314(lab: Lab) -> Lab:
    """The lab with Python 3.14 as what is measured."""
    (host,) = hosts_of(Options(pythons=(need("3.14"),)), lab.links)
    return replace(lab, host=host)


@pytest.fixture
def observe_on_314(lab_314: Lab) -> Observe:
    """Measure a cell on Python 3.14 that must come out well."""

    def measured(workload: Workload, runner: str, **options: object) -> Observation:
        record = lab_314.measure(workload, runner, **options)
        assert isinstance(record, Observation), record
        return record

    return measured


def rate(seen: Observation) -> float:
    return seen.n / seen.wall_s


@pytest.mark.parametrize("runner", ["trio", "gevent"])
def test_one_thread_has_many_waits_in_flight(observe: Observe, runner: str) -> None:
    require(runner)
    alone = observe(Sleep(0.02), "sync", concurrency=1, n=32)
    seen = observe(Sleep(0.02), runner, concurrency=8, n=64)
    assert rate(seen) > 3 * rate(alone)
    assert seen.threads_seen == 1
    assert seen.parts is not None
    assert seen.parts.workers == 1
    assert str(seen.loop).startswith(runner)


@pytest.mark.parametrize(
    ("workload", "runner"),
    [(Httpx(delay=0.05), "trio"), (Httpx(delay=0.05), "gevent"), (Pymongo(delay=0.05), "gevent")],
    ids=lambda value: value if isinstance(value, str) else value.label(),
)
def test_a_client_has_as_many_requests_in_flight_as_were_admitted(
    observe: Observe, workload: Workload, runner: str
) -> None:
    require(runner)
    seen = observe(workload, runner, concurrency=8, n=32, set_up=True)
    (share,) = seen.services.values()
    assert share.peak_in_flight == 8
    assert share.connections_opened == 0
    assert seen.threads_seen == 1
    assert seen.digest == observe(workload, "sync", concurrency=1, n=32, set_up=True).digest


@pytest.mark.parametrize("runner", ["trio", "gevent"])
def test_computing_on_one_thread_overlaps_with_nothing(observe: Observe, runner: str) -> None:
    require(runner)
    seen = observe(CpuPython(rounds=200_000), runner, concurrency=4, n=16, window=16)
    assert seen.latency_sum_s <= seen.wall_s * 1.01
    assert seen.parts is not None
    assert seen.parts.on_core_s > 0
    assert seen.window is not None
    ends = [start + length for start, length in zip(seen.window.start_us, seen.window.length_us, strict=True)]
    assert all(end <= start + 1 for end, start in zip(ends, seen.window.start_us[1:], strict=False))


@pytest.mark.parametrize("runner", ["trio", "gevent"])
def test_an_open_loop_runs_on_one_thread(observe: Observe, runner: str) -> None:
    require(runner)
    seen = observe(
        Sleep(0.01), runner, concurrency=4, n=40, options={"rate": 100}, procedure="open_loop", timeout=120
    )
    assert seen.figures["rate"] == 100
    assert seen.wall_s > 0.2  # 40 arrivals, 100 a second
    assert seen.latency_sum_s >= 40 * 0.01


VOID = pytest.mark.parametrize(
    ("how", "words"),
    [
        ("raise", "1 of 8 tasks failed: task 3: RuntimeError: this task breaks"),
        ("wrong", "task 3 returned 4"),
        ("open", "OSError: no session to be had"),
        ("kill", "SIGKILL"),
    ],
)


@VOID
def test_what_goes_wrong_under_gevent_voids_the_cell_and_says_why(lab: Lab, how: str, words: str) -> None:
    require("gevent")
    record = lab.measure(BrokenThere(how), "gevent", n=8)
    assert isinstance(record, Failure)
    assert words in record.reason


@VOID
def test_what_goes_wrong_in_an_interpreter_voids_the_cell_and_says_why(
    lab_314: Lab, how: str, words: str
) -> None:
    record = lab_314.measure(BrokenThere(how), "interpreters", n=8)
    assert isinstance(record, Failure)
    assert words in record.reason


def test_each_interpreter_opens_a_session_and_closes_it(observe_on_314: Observe, tmp_path: Path) -> None:
    said = tmp_path / "said"
    observe_on_314(MarksThere(str(said)), "interpreters", concurrency=3, n=12)
    lines = said.read_text().split("\n")[:-1]
    opened = sorted(line.split()[1] for line in lines if line.startswith("opened"))
    closed = sorted(line.split()[1] for line in lines if line.startswith("closed"))
    assert len(set(opened)) == 3
    assert closed == opened


def test_interpreters_run_tasks_on_threads_of_one_process(observe_on_314: Observe) -> None:
    seen = observe_on_314(Sleep(0.05), "interpreters", concurrency=4, n=32)
    assert seen.threads_seen == 4
    assert seen.parts is not None
    assert seen.parts.workers == 4
    assert seen.latency_sum_s / seen.wall_s > 2
    assert seen.start_method is None


def test_interpreters_give_the_answers_that_processes_give(observe_on_314: Observe) -> None:
    for workload in (Null(), CpuPython(rounds=1000), CpuPython(rounds=1000, payload=10_000)):
        one = observe_on_314(workload, "multiprocessing", n=24)
        other = observe_on_314(workload, "interpreters", n=24)
        assert one.digest == other.digest


@pytest.mark.alone
def test_interpreters_do_not_wait_for_each_others_gil(observe_on_314: Observe) -> None:
    alone = observe_on_314(CpuPython(rounds=1_000_000), "sync", concurrency=1, n=8).parts
    seen = observe_on_314(CpuPython(rounds=1_000_000), "interpreters", concurrency=2, n=16)
    beside = seen.parts
    assert alone is not None
    assert beside is not None
    # On a core or waiting for one, which a busy machine does not change: with one GIL, that were one of them.
    assert (beside.on_core_s + beside.waiting_s) / seen.wall_s > 1.6
    assert beside.on_core_s / 16 < 1.4 * alone.on_core_s / 8


@pytest.mark.skipif(describe_machine().cores < 2, reason="it needs two cores")
def test_interpreters_compute_in_parallel(observe_on_314: Observe) -> None:
    work = CpuPython(rounds=1_000_000)
    busy = []
    for _ in range(ATTEMPTS):
        alone = observe_on_314(work, "sync", concurrency=1, n=8)
        beside = observe_on_314(work, "interpreters", concurrency=2, n=16)
        if rate(beside) >= 1.5 * rate(alone):
            return
        assert beside.parts is not None
        busy.append(beside.parts.waiting_s / (2 * beside.wall_s) > 0.1)
    if all(busy):
        pytest.skip("others had the cores in each attempt")
    raise AssertionError("two interpreters were not 1.5 times as fast as one")
