"""From options to cells, and from cells to blocks."""

from __future__ import annotations

import itertools

import pytest

from bench.core.runner import RUNNERS
from bench.core.workload import Workload
from bench.environment.calibration import ROUNDS
from bench.planning.sizing import (
    Pilot,
    Subject,
    block_order,
    concurrency_of,
    make_cells,
    rounds_beside,
    tasks_in_batch,
    twin_of_some,
)
from tests.made_up import plan_of
from workloads.blocking import Blocking
from workloads.cpu_native import CpuNative
from workloads.cpu_python import CpuPython
from workloads.http_fetch import Httpx
from workloads.sleep import Sleep

BY_NAME = {runner.name: runner for runner in RUNNERS.all}


def cells_for(
    workload: Workload,
    *runners: str,
    wall: float,
    cpu: float,
    gil: bool = True,
    cores: int = 2,
    tasks: int | None = None,
) -> dict:
    subject = Subject(workload, tuple(BY_NAME[name] for name in runners), Pilot(wall, cpu))
    made = make_cells([subject], python="3.11", cores=cores, gil=gil, tasks=tasks)
    return {(cell.runner, cell.study): (cell, seconds) for cell, seconds in made.items()}


@pytest.mark.parametrize(
    ("workload", "wall", "cpu"),
    [
        (Sleep(), 0.02, 0.0001),
        (CpuPython(), 0.03, 0.03),
        (CpuNative(), 0.025, 0.025),
        (Blocking(), 0.02, 0.0001),
    ],
)
@pytest.mark.parametrize("cores", [1, 2, 16])
def test_batches_last_about_as_long_whatever_the_model(
    workload: Workload, wall: float, cpu: float, cores: int
) -> None:
    fitting = [name for name, runner in BY_NAME.items() if runner.flavour in workload.flavours]
    for (_, study), (cell, seconds) in cells_for(workload, *fitting, wall=wall, cpu=cpu, cores=cores).items():
        if study == "main":
            assert seconds - BY_NAME[cell.runner].start_s < 1.6, cell
            assert cell.n >= cell.concurrency


def test_sync_runs_a_full_window_and_the_others_ten_waves() -> None:
    cells = cells_for(Sleep(), "sync", "threading", wall=0.02, cpu=0.0001)
    sync, threading = cells["sync", "main"][0], cells["threading", "main"][0]
    assert (sync.concurrency, threading.concurrency) == (1, 16)
    assert sync.n >= 16
    assert threading.n >= 160
    assert threading.n % 16 == 0


def test_a_task_of_a_second_still_gets_a_batch() -> None:
    assert tasks_in_batch(1.0, BY_NAME["sync"], 16) == 1
    assert tasks_in_batch(1.0, BY_NAME["threading"], 2) == 2


def test_what_waits_gets_16_in_flight_and_what_computes_the_cores() -> None:
    assert concurrency_of(Sleep(), None, 4) == 16
    assert concurrency_of(CpuPython(), None, 4) == 4
    assert concurrency_of(CpuPython(), 7, 4) == 7


def test_twins_are_measured_twice_under_keys_of_their_own() -> None:
    cells = cells_for(CpuPython(), "sync", "threading", "multiprocessing", wall=0.03, cpu=0.03)
    assert {runner for runner, study in cells if study == "A/A"} == {"sync", "multiprocessing"}
    assert cells["sync", "main"][0].key != cells["sync", "A/A"][0].key
    assert cells["sync", "main"][0].n == cells["sync", "A/A"][0].n


def test_a_run_without_the_usual_twins_gets_one() -> None:
    cells = dict(cells_for(Sleep(), "threading", "sync", wall=0.02, cpu=0.0001).values())
    assert [twin.runner for twin in twin_of_some(cells)] == ["sync"]


def many_cells() -> list:
    subjects = [
        Subject(Sleep(), tuple(BY_NAME.values()), Pilot(0.02, 0.0001)),
        Subject(Httpx(), tuple(BY_NAME.values()), Pilot(0.021, 0.001)),
        Subject(CpuPython(), tuple(BY_NAME.values()), Pilot(0.03, 0.03)),
    ]
    return list(make_cells(subjects, python="3.11", cores=2, gil=True))


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
        made = cells_for(Sleep(), *runners, wall=0.02, cpu=0.0001, tasks=tasks)
        return rounds_beside(dict(made.values()), BY_NAME)

    assert rounds(None) == ROUNDS  # one usual batch is enough
    assert rounds(1) == 1
