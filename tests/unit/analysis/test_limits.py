"""The physical limit."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.flags import OVER_LIMIT, Context, FlagKind, over_limit
from bench.analysis.frame import least_seconds, one_core
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Noise, summarize
from bench.core.run import Run, RunnerInfo, WorkloadInfo
from bench.planning.descriptions import describe_workload
from tests.made_up import cell_of, info_of, observation_of, plan_of, run_of
from workloads.cpu_native import CpuNative
from workloads.cpu_python import CpuPython
from workloads.file import Aiofiles, Open
from workloads.subprocess import Subprocess

SECONDS = st.floats(1e-6, 10)


@pytest.mark.parametrize(
    ("wait", "cpu", "concurrency", "cores", "least"),
    [
        (0.02, 0.0, 16, 2, 0.00125),  # only waiting: shared by all
        (0.0, 0.03, 2, 2, 0.015),  # only computing: shared by the cores
        (0.0, 0.03, 16, 2, 0.015),  # more tasks than cores help nobody
        (0.02, 0.01, 16, 2, 0.005),  # computing sets the pace
        (0.02, 0.001, 1, 8, 0.021),  # one at a time: the whole of it
    ],
)
def test_known_limits(wait: float, cpu: float, concurrency: int, cores: int, least: float) -> None:
    assert least_seconds(wait, cpu, concurrency, cores) == pytest.approx(least)


@given(SECONDS, SECONDS, st.integers(1, 64), st.integers(1, 64))
def test_more_room_never_makes_the_limit_worse(wait: float, cpu: float, concurrency: int, cores: int) -> None:
    here = least_seconds(wait, cpu, concurrency, cores)
    assert least_seconds(wait, cpu, concurrency + 1, cores) <= here
    assert least_seconds(wait, cpu, concurrency, cores + 1) <= here
    assert here <= wait + cpu


ONE_THREAD = RunnerInfo("asyncio", "", "", shares_process=True, one_thread=True)
ONE_GIL = RunnerInfo("threading", "", "", shares_process=True)
GIL_EACH = RunnerInfo("interpreters", "", "", shares_process=True, shares_gil=False)
PROCESSES = RunnerInfo("multiprocessing", "", "", shares_process=False)


PYTHON, NATIVE, MIXED = describe_workload(CpuPython()), describe_workload(CpuNative()), info_of("mixed")
FILE, AIOFILES, CHILD = map(describe_workload, (Open(), Aiofiles(), Subprocess()))


@pytest.mark.parametrize(
    ("runner", "workload", "gil", "one"),
    [
        (ONE_THREAD, MIXED, True, True),
        (ONE_THREAD, NATIVE, False, True),
        (ONE_GIL, PYTHON, True, True),
        (ONE_GIL, PYTHON, False, False),
        (ONE_GIL, NATIVE, True, False),
        (ONE_GIL, replace(NATIVE, releases_gil=False), True, False),  # of a run that was saved before
        (GIL_EACH, PYTHON, True, False),
        (PROCESSES, PYTHON, True, False),
        (None, PYTHON, True, False),
        (ONE_GIL, FILE, True, False),
        (ONE_THREAD, FILE, True, True),
        (ONE_THREAD, AIOFILES, True, False),  # it reads in threads
        (ONE_THREAD, CHILD, True, False),
        (ONE_GIL, CHILD, True, False),
    ],
)
def test_who_computes_on_one_core(
    runner: RunnerInfo | None, workload: WorkloadInfo, gil: bool, one: bool
) -> None:
    assert one_core(runner, workload, gil=gil) is one


def test_a_model_has_a_limit_of_its_own_by_its_own_cpu_time() -> None:
    """5 ms of computing after a wait: processes have both cores, an event loop one; its client costs 1 ms more."""
    cells = [cell_of("mixed", "sync"), cell_of("mixed", "multiprocessing"), cell_of("mixed", "asyncio")]
    cpu = (0.005, 0.005, 0.006)
    seen = [
        observation_of(cell, block, seconds, cpu_s=cell.n * used)
        for block in range(8)
        for cell, used, seconds in zip(cells, cpu, (0.025, 0.0030, 0.0065), strict=True)
    ]
    plan = plan_of(cells)
    plan = replace(plan, runners=[replace(i, one_thread=i.name == "asyncio") for i in plan.runners])
    _, processes, loop = summarize(Run(plan, seen, [])).rows
    assert processes.limit_speedup == loop.limit_speedup == pytest.approx(10)
    assert processes.possible == pytest.approx(10)
    assert loop.possible == pytest.approx(0.025 / 0.006)


def kinds_of(speedups: dict[tuple[str, str], float], baseline_s: float) -> tuple[set[FlagKind], float | None]:
    *_, row = summarize(run_of(speedups, baseline_s=baseline_s)).rows
    return {flag.kind for flag in row.flags}, row.possible


def test_what_contradicts_its_limit_is_flagged_and_has_none() -> None:
    calm, limit = kinds_of({("cpu-python", "multiprocessing"): 1.9}, baseline_s=0.02)
    assert (calm, limit) == (set(), pytest.approx(2))
    beyond, limit = kinds_of({("cpu-python", "multiprocessing"): 2.2}, baseline_s=0.02)
    assert (beyond, limit) == ({FlagKind.OVER_LIMIT}, None)


@pytest.mark.parametrize(("noise", "flagged"), [(0.0, True), (0.09, True), (0.12, False)])
def test_a_limit_is_contradicted_by_what_noise_does_not_explain(noise: float, flagged: bool) -> None:
    rows = pd.DataFrame({"own_limit_s": [0.011] * 3, "seconds_per_task": [0.01] * 3})
    found = over_limit(rows, Context({}, None, 2, max(noise, OVER_LIMIT)))
    assert bool(found) is flagged


@pytest.mark.parametrize(("ends", "share"), [((0.98, 1.05), 0.05), ((0.8, 1.1), 0.25)])
def test_the_noise_is_how_far_the_same_may_be_from_itself(ends: tuple[float, float], share: float) -> None:
    assert Noise("sleep", "sync", Estimate(1.0, *ends, 0.95, 8)).share == pytest.approx(share)


def test_a_limit_above_the_number_of_cores_is_flagged() -> None:
    """20 ms of CPU time in a task of 100 ms that only computes: the rest was waiting, or was not seen."""
    found, limit = kinds_of({("cpu-python", "multiprocessing"): 1.9}, baseline_s=0.1)
    assert (found, limit) == ({FlagKind.IMPOSSIBLE_LIMIT}, None)
