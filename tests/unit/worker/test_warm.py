"""How long a pool is warmed up: waves of tasks, counted on a pool whose clock is the test's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from bench.core.batch import Batch
from bench.core.cell import Cell, Spec
from bench.core.runner import InProcess
from bench.core.user_function import Own
from bench.core.workload import Workload
from bench.worker import warm
from workloads.cpu_native import CpuNative
from workloads.cpu_python import CpuPython
from workloads.mongo_mock import MongomockMotor
from workloads.sleep import Sleep

S = 1_000_000_000


class Waves(InProcess):
    """A pool whose first task takes 0.01 s and whose waves take what is given, then the last of it forever."""

    def __init__(self, *takes: float) -> None:
        self.takes = takes
        self.waves = 0
        self.now = 0.0

    def batch(self, takes: float) -> Batch:
        batch = Batch(1, lambda result, i: 0)
        batch.add(0, (round(self.now * S), round((self.now + takes) * S), 1, None))
        self.now += takes
        return batch

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        return self.batch(0.01)

    def warm_up(self) -> Batch:
        self.waves += 1
        return self.batch(self.takes[min(self.waves, len(self.takes)) - 1])


@pytest.fixture
def waves(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    def count(*takes: float, least_s: float = 0.0, n: int = 1000, concurrency: int = 2) -> int:
        pool = Waves(*takes)
        monkeypatch.setattr(warm.time, "perf_counter", lambda: pool.now)
        cell = Cell("3.11", "w", Spec("w:W", {}), "threading", concurrency, n, {}, "main", "batch")
        assert warm.warmed_up(pool, cell, least_s) == pytest.approx(0.01)
        return pool.waves

    return count


def test_waves_are_run_until_they_take_no_less(waves: Any) -> None:
    assert waves(0.02) == 2
    assert waves(0.02, 0.015, 0.015) == 3
    assert waves(0.08, 0.04, 0.02, 0.01, 0.005) == 4  # at most


def test_what_computes_is_warmed_up_until_its_cores_are(waves: Any) -> None:
    assert waves(0.02, least_s=0.245) == 12  # 0.01 + 12 * 0.02
    assert waves(0.3, least_s=0.25) == 2


def test_no_warm_up_has_more_than_twice_the_tasks_of_the_batch(waves: Any) -> None:
    assert waves(0.02, least_s=0.25, n=6) == 6
    assert waves(0.02, least_s=0.25, n=2) == 2


def test_what_computes_in_python_is_warmed_up_for_longest() -> None:
    def least(workload: Workload) -> float:
        return warm.least_warm_up(workload, one_model=False)

    assert least(CpuPython()) == warm.COMPUTES_S
    assert least(CpuNative()) == 0
    assert least(Sleep()) == 0
    assert least(MongomockMotor()) == 0  # a lesson
    assert least(Own("m:f")) == 0


def test_where_no_models_are_compared_none_needs_the_long_warm_up() -> None:
    assert warm.least_warm_up(CpuPython(), one_model=True) == 0
