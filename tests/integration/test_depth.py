"""Studies with real processes: rungs, chunks, a million tasks, ten thousand sleepers."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.analysis.frame import least_seconds
from bench.core.observation import Failure, Observation
from bench.core.runner import RUNNERS
from bench.environment.machine import reachable_files
from bench.worker.rungs import PRELOADED, RUNGS, Rung, process_with
from tests.integration.conftest import Lab
from workloads.cpu_python import CpuPython
from workloads.null import Null
from workloads.sleep import Sleep

Observe = Callable[..., Observation]
MILLION = 1_000_000
CORES = 2


HERE = [  # of the processes that need a module, one: the others are started as those without
    rung
    for rung in RUNGS
    if rung.python <= sys.version_info and (rung.in_all or rung.name == process_with(PRELOADED))
]


@pytest.mark.parametrize("rung", HERE, ids=lambda rung: rung.name)
def test_every_rung_tells_its_time_and_memory(observe: Observe, rung: Rung) -> None:
    if lacks := RUNNERS.get(rung.model).available():
        pytest.skip(lacks)
    seen = observe(Null(), "sync", options={"rung": rung.name}, procedure="ladder")
    assert seen.figures["seconds"] > 0
    assert ("memory" in seen.figures) == (rung.holds != "")


@pytest.mark.alone
def test_the_rungs_stand_in_order(observe: Observe) -> None:
    def cost(rung: str) -> float:
        return observe(Null(), "sync", options={"rung": rung}, procedure="ladder").figures["seconds"]

    call, task = cost("a call"), cost("an asyncio task")
    process, spawn = cost("process pool, there and back"), cost("a process by spawn")
    assert 3 * call < task < process
    assert 3 * process < spawn


def test_a_rung_that_is_not_there_is_a_failure_and_says_so(lab: Lab) -> None:
    seen = lab.measure(Null(), "sync", options={"rung": "a rope"}, procedure="ladder")
    assert isinstance(seen, Failure)
    assert "a rope" in seen.reason


@pytest.mark.alone
def test_chunks_do_the_same_work_in_fewer_trips(observe: Observe) -> None:
    one_by_one = observe(CpuPython(rounds=100), "multiprocessing", n=2000)
    in_chunks = observe(CpuPython(rounds=100), "multiprocessing", n=2000, options={"chunk": 64})
    assert one_by_one.digest == in_chunks.digest
    assert in_chunks.wall_s * 2 < one_by_one.wall_s


@pytest.mark.alone
def test_what_comes_back_costs_a_process_and_not_a_loop(observe: Observe) -> None:
    def seconds(runner: str, payload: int) -> float:
        seen = observe(CpuPython(rounds=1000, payload=payload), runner, n=200)
        return seen.wall_s

    assert seconds("multiprocessing", 1_000_000) > 2 * seconds("multiprocessing", 0)
    assert seconds("sync", 1_000_000) < 2 * seconds("sync", 0)


@pytest.mark.parametrize("runner", ["sync", "threading", "asyncio"])
def test_a_million_tasks_stay_within_64_megabytes(observe: Observe, runner: str, full: bool) -> None:
    """A tenth of them within a tenth of it, where little is to be done."""
    n = MILLION if full else MILLION // 10
    idle = observe(Null(), runner, n=1)
    busy = observe(Null(), runner, n=n, timeout=280, window=5000)
    assert busy.n == n
    assert busy.memory_peak is not None
    assert idle.memory_peak is not None
    assert busy.memory_peak - idle.memory_peak < 64 * 2**20 * n / MILLION


@pytest.mark.alone
@pytest.mark.full
def test_ten_thousand_sleepers_come_near_the_limit(observe: Observe) -> None:
    in_flight = 10_000

    def efficiency() -> float:
        seen = observe(Sleep(seconds=1.0), "asyncio", concurrency=in_flight, n=4 * in_flight)
        assert seen.cpu_s is not None
        return least_seconds(1.0, seen.cpu_s / seen.n, in_flight, CORES) / (seen.wall_s / seen.n)

    # What else the machine does can only take away: the better of a few tries says what the model can do.
    assert any(efficiency() >= 0.85 for _ in range(4))


@pytest.mark.full
def test_a_run_raises_the_usual_limit_of_open_files(tmp_path: Path) -> None:
    if reachable_files() < 1300:
        pytest.skip("this system lets nobody open so many files")
    words = ["run", "-w", "http[aiohttp]", "-r", "asyncio", "-c", "1100", "-n", "2200", "--blocks", "1"]
    limited = ["sh", "-c", 'ulimit -S -n 1024 && exec "$@"', "sh", sys.executable, "-m", "bench", *words]
    done = subprocess.run(limited, cwd=tmp_path, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert not done.stderr
