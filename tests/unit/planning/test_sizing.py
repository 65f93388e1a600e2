"""From options to cells, and from cells to blocks."""

from __future__ import annotations

import itertools

import pytest

from bench.core.runner import RUNNERS
from bench.core.user_function import Own
from bench.core.workload import Workload
from bench.environment.machine import CALIBRATION_ROUNDS
from bench.planning.blocks import block_order
from bench.planning.cells import requests_of
from bench.planning.options import Options
from bench.planning.plan import rounds_beside, twin_of_some
from bench.planning.sizing import (
    Pilot,
    Sized,
    of_one_model,
    size,
    tasks_in_batch,
    usual_batch,
    usual_concurrency,
)
from tests.made_up import plan_of
from workloads.blocking import Blocking
from workloads.cpu_native import CpuNative
from workloads.cpu_python import CpuPython
from workloads.file import Open
from workloads.http_fetch import Httpx
from workloads.sleep import Sleep
from workloads.subprocess import Subprocess

BY_NAME = {runner.name: runner for runner in RUNNERS.all}


def sized(
    workload: Workload,
    *runners: str,
    wall: float,
    cpu: float,
    gil: bool = True,
    cores: int = 2,
    tasks: int | None = None,
) -> dict[tuple[str, str], Sized]:
    pilot, options = Pilot(wall, cpu), Options(tasks=tasks)
    requests = [r for name in runners for r in requests_of(workload, BY_NAME[name], options, cores)]
    made = [size(request, pilot, python="3.11", cores=cores, gil=gil) for request in requests]
    return {(each.cell.runner, each.cell.study): each for each in made}


@pytest.mark.parametrize(
    ("workload", "wall", "cpu"),
    [
        (Sleep(), 0.02, 0.0001),
        (CpuPython(), 0.03, 0.03),
        (CpuNative(), 0.025, 0.025),
        (Blocking(), 0.02, 0.0001),
        (Open(), 0.001, 0.001),
        (Subprocess(), 0.0025, 0.002),
    ],
)
@pytest.mark.parametrize("cores", [1, 2, 16])
def test_batches_last_about_as_long_whatever_the_model(
    workload: Workload, wall: float, cpu: float, cores: int
) -> None:
    fitting = [name for name, runner in BY_NAME.items() if runner.flavour in workload.flavours]
    for (runner, study), each in sized(workload, *fitting, wall=wall, cpu=cpu, cores=cores).items():
        if study == "main":
            assert each.batch_s < 1.1, each
            assert each.seconds - BY_NAME[runner].start_s < 3, each
            assert each.cell.n >= each.cell.concurrency


def test_sync_runs_a_full_window_and_what_waits_as_many_waves() -> None:
    made = sized(Sleep(), "sync", "threading", wall=0.02, cpu=0.0001)
    sync, threading = made["sync", "main"].cell, made["threading", "main"].cell
    assert (sync.concurrency, threading.concurrency) == (1, 16)
    assert sync.n >= 16
    assert threading.n >= 256  # in fewer, what the first waves have in common counts too much
    assert threading.n % 16 == 0


def test_a_function_of_the_users_is_called_less_often_than_a_workload_that_waits_as_long() -> None:
    own = Own(function="shop.py:fetch", seconds=0.02, waits=0.0199, cpu=0.0001)
    assert (own.bound, Sleep().bound) == ("io", "io")
    assert usual_batch(own) < usual_batch(Sleep())


def test_a_task_of_a_second_still_gets_a_batch() -> None:
    assert tasks_in_batch(1.0, BY_NAME["sync"], 16) == 1
    assert tasks_in_batch(1.0, BY_NAME["threading"], 2) == 2


def test_what_waits_gets_16_in_flight_and_what_computes_the_cores() -> None:
    assert usual_concurrency(Sleep(), 4) == 16
    assert usual_concurrency(CpuPython(), 4) == 4
    (asked,) = requests_of(CpuPython(), BY_NAME["threading"], Options(concurrency=(7,)), 4)
    assert asked.concurrency == 7


def test_twins_are_measured_twice_under_keys_of_their_own() -> None:
    made = sized(CpuPython(), "sync", "threading", "multiprocessing", wall=0.03, cpu=0.03)
    assert {runner for runner, study in made if study == "A/A"} == {"multiprocessing"}
    once, again = made["multiprocessing", "main"].cell, made["multiprocessing", "A/A"].cell
    assert once.key != again.key
    assert (once.workload, once.n) == (again.workload, again.n)


def test_a_run_without_the_usual_twins_gets_one() -> None:
    made = sized(Sleep(), "threading", "sync", wall=0.02, cpu=0.0001)
    cells = {each.cell: each.seconds for each in made.values()}
    assert [twin.runner for twin in twin_of_some(cells)] == ["sync"]


def many_cells() -> list:
    work = [(Sleep(), 0.02, 0.0001), (Httpx(), 0.021, 0.001), (CpuPython(), 0.03, 0.03)]
    made = [sized(workload, *BY_NAME, wall=wall, cpu=cpu) for workload, wall, cpu in work]
    return [each.cell for workload in made for each in workload.values()]


def test_a_block_has_every_cell_once_and_keeps_families_together() -> None:
    plan = plan_of(many_cells(), seed=3)
    for block in range(5):
        order = block_order(plan, block)
        assert sorted(c.key for c in order) == sorted(c.key for c in plan.cells)
        families = [cell.workload.partition("[")[0] for cell in order]
        changes = sum(a != b for a, b in itertools.pairwise(families))
        assert changes == len(set(families)) - 1


def test_the_order_follows_from_the_seed_and_changes_with_the_block() -> None:
    cells = many_cells()
    a, b = plan_of(cells, seed=3), plan_of(list(reversed(cells)), seed=3)
    assert block_order(a, 0) == block_order(b, 0)
    assert block_order(a, 0) != block_order(a, 1)
    assert block_order(a, 0) != block_order(plan_of(cells, seed=4), 0)


@pytest.mark.parametrize("runners", [("sync",), ("dask",), ("sync", "threading", "multiprocessing")])
def test_a_quick_try_calibrates_for_one_round(runners: tuple[str, ...]) -> None:
    def rounds(tasks: int | None) -> int:
        made = sized(Sleep(), *runners, wall=0.02, cpu=0.0001, tasks=tasks)
        return rounds_beside(made.values())

    assert rounds(None) == CALIBRATION_ROUNDS  # one usual batch is enough
    assert rounds(1) == 1


def test_families_of_one_model_are_told_from_those_that_compare_models() -> None:
    measured = [("adds", "sync"), ("adds", "sync"), ("http", "sync"), ("http", "asyncio")]
    assert of_one_model(measured) == {"adds"}


def test_a_cell_is_expected_to_last_less_where_no_model_is_compared_with_it() -> None:
    (request,) = requests_of(CpuPython(), BY_NAME["sync"], Options(), 2)
    pilot = Pilot(0.01, 0.01)
    compared, alone = (
        size(request, pilot, python="3.11", cores=2, gil=True, one_model=each) for each in (False, True)
    )
    assert alone.cell == compared.cell
    assert alone.seconds < compared.seconds


def test_what_computes_and_is_compared_with_itself_has_shorter_batches() -> None:
    (request,) = requests_of(CpuPython(), BY_NAME["sync"], Options(), 2)
    pilot = Pilot(0.005, 0.005)
    usual, paired = (
        size(request, pilot, python="3.11", cores=2, gil=True, paired=each) for each in (False, True)
    )
    assert paired.cell.n == usual.cell.n / 2
    assert usual_batch(Sleep(), paired=True) == usual_batch(Sleep())
