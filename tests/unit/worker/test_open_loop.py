"""When tasks of an open loop are due, from when they are timed, and what computes beside them."""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from statistics import fmean, pstdev

import psutil
import pytest

from bench.core.batch import Batch, timed
from bench.core.runner import InProcess
from bench.runners.asyncio import LoopPool
from bench.runners.sync import SyncPool
from bench.worker.neighbours import neighbours
from bench.worker.procedures.open_loop import arrivals, growth
from bench.worker.request import CellError
from workloads.null import Null


class SlowFirst(Null):
    """Its first task takes 50 ms, the others nothing."""

    def task(self, session: object, i: int) -> int:
        if i == 0:
            time.sleep(0.05)
        return i


def latencies(batch: Batch) -> list[int]:
    return [end - start for start, end in zip(batch.start, batch.end, strict=True)]


def slow_first() -> SyncPool:
    workload = SlowFirst()
    return SyncPool(timed(workload, None, threading.get_ident), workload.check)


def test_arrivals_have_exponential_gaps_of_the_right_mean() -> None:
    due = arrivals(5000, rate=20.0, block=0)
    gaps = [after - before for before, after in zip([0.0, *due], due, strict=False)]
    assert min(gaps) > 0
    assert fmean(gaps) == pytest.approx(1 / 20)
    assert pstdev(gaps) == pytest.approx(1 / 20, rel=0.1)  # of an exponential, it is the mean
    assert sum(gap < 0.05 for gap in gaps) / 5000 == pytest.approx(0.632, abs=0.03)


def test_arrivals_are_the_same_for_every_rate_but_for_its_scale() -> None:
    slow, fast = arrivals(100, rate=1.0, block=3), arrivals(100, rate=50.0, block=3)
    assert slow == arrivals(100, rate=1.0, block=3)
    assert [moment / 50 for moment in slow] == pytest.approx(fast)


def test_every_block_draws_its_own_arrivals() -> None:
    one, other = (arrivals(100, rate=1.0, block=block) for block in (0, 1))
    assert one != other
    assert one[-1] == pytest.approx(other[-1])


def test_a_task_that_had_to_wait_for_its_turn_has_waited() -> None:
    due = [0.0, 0.001, 0.002]
    batch = slow_first().run(3, due)
    first, *late = latencies(batch)
    assert first >= 50_000_000
    for i, latency in enumerate(late, 1):
        assert batch.start[i] - batch.start[0] == round(due[i] * 1e9)
        assert latency >= first - due[i] * 1e9
    assert batch.late_ns >= sum(late) - 3 * 1_000_000  # all of their latency is lateness


def test_the_latency_of_a_queue_that_is_not_served_grows() -> None:
    class Slow(Null):
        def task(self, session: object, i: int) -> int:
            time.sleep(0.004)
            return i

    pool = SyncPool(timed(Slow(), None, threading.get_ident), Slow().check)
    assert growth(pool.run(30, [0.001 * i for i in range(30)])) > 2
    served = [0.012 * i for i in range(10)]  # several times, since a busy machine keeps one waiting
    assert min(growth(pool.run(10, served)) for _ in range(5)) < 1.5


def test_in_a_closed_loop_nobody_waits_for_a_turn() -> None:
    batch = slow_first().run(3)
    first, *others = latencies(batch)
    assert max(others) < first / 2
    assert batch.late_ns == 0


def test_no_task_begins_before_it_is_due() -> None:
    begun: list[float] = []
    workload = Null()

    def task(i: int) -> tuple[int, int, int, int]:
        now = time.perf_counter_ns()
        begun.append(now)
        return now, now, 0, i

    due = arrivals(20, rate=1000.0, block=0)
    batch = SyncPool(task, workload.check).run(20, due)
    origin = batch.start[0] - round(due[0] * 1e9)
    assert all(when - origin >= round(at * 1e9) - 1 for when, at in zip(begun, due, strict=True))


def test_neighbours_that_are_threads_end() -> None:
    before = threading.active_count()
    with neighbours(InProcess(), {"neighbour": "thread", "neighbours": 2}):
        assert threading.active_count() == before + 2
    assert threading.active_count() == before


@pytest.mark.parametrize("fails", [False, True])
def test_neighbours_that_are_processes_end_even_after_an_error(fails: bool) -> None:
    def spinning() -> list[psutil.Process]:
        return [p for p in psutil.Process().children() if "bench.worker.spin" in " ".join(p.cmdline())]

    try:
        with neighbours(InProcess(), {"neighbour": "process", "neighbours": 2}):
            assert len(spinning()) == 2
            if fails:
                raise RuntimeError
    except RuntimeError:
        assert fails
    assert spinning() == []


def test_the_switch_interval_is_restored() -> None:
    before = sys.getswitchinterval()
    with neighbours(InProcess(), {"switch_interval_ms": 20}):
        assert sys.getswitchinterval() == pytest.approx(0.02)
    assert sys.getswitchinterval() == before


def test_a_task_computes_on_the_loop_while_a_batch_runs() -> None:
    workload = Null()

    async def task(i: int) -> tuple[int, int, int, int]:
        start = time.perf_counter_ns()
        await asyncio.sleep(0)
        return start, time.perf_counter_ns(), 0, i

    with asyncio.Runner() as runner:
        pool = LoopPool(runner, 1, workload.check, task=task)
        alone = pool.run(3)
        with neighbours(pool, {"neighbour": "task", "piece_ms": 5}):
            beside = pool.run(3)
        again = pool.run(3)
        assert not asyncio.all_tasks(runner.get_loop())
    assert min(latencies(beside)) >= 5_000_000  # a piece between each task's two halves
    assert max(latencies(alone)) < min(latencies(beside)) > max(latencies(again))


def test_a_neighbour_that_fails_is_no_neighbour() -> None:
    async def fail() -> None:
        raise RuntimeError("broken")

    async def task(i: int) -> tuple[int, int, int, int]:
        await asyncio.sleep(0)
        return 0, 1, 0, i

    with asyncio.Runner() as runner:
        pool = LoopPool(runner, 1, Null().check, task=task)
        with pytest.raises(RuntimeError, match="broken"), pool.beside(fail()):
            pool.run(3)


def test_a_task_needs_a_loop() -> None:
    with (
        pytest.raises(CellError, match="cannot run a neighbour"),
        neighbours(slow_first(), {"neighbour": "task", "piece_ms": 5}),
    ):
        pass
