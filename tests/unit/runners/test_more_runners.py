"""trio's and gevent's pools, with workloads made up for it; and what runners say of their GIL."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from bench.core.batch import Failed, timed_async
from bench.core.observation import Cause
from bench.core.runner import RUNNERS, Job, Pool
from bench.core.workload import Env, Workload, param
from bench.planning.descriptions import describe_runner
from bench.planning.sizing import computes_in_parallel
from bench.runners.trio import Trio

ROOT = Path(__file__).parents[3]
TRIO_IS_HERE = pytest.mark.skipif(Trio().available() is not None, reason=str(Trio().available()))
GEVENT_IS_HERE = pytest.mark.skipif(
    RUNNERS.find(["gevent"])[0].available() is not None, reason="it needs gevent: pip install gevent"
)


@dataclass(frozen=True)
class Waits(Workload):
    """Waits a moment, and counts who waits at the same time; goes wrong ``how``."""

    how: str = param("", "what goes wrong")

    name = "waits"
    family = "waits"
    bound = "io"
    in_flight = 0
    peak = 0
    tasks: ClassVar[frozenset[Any]] = frozenset()  # that opened and closed the session

    @contextmanager
    def open(self, env: Env) -> Iterator[None]:
        if self.how == "open":
            raise OSError("no session to be had")
        yield
        if self.how == "close":
            raise OSError("the session does not close")

    @asynccontextmanager
    async def open_trio(self, env: Env) -> AsyncIterator[None]:
        import trio

        Waits.tasks = frozenset({trio.lowlevel.current_task()})
        with self.open(env):
            if self.how != "background":
                yield
            else:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self.die)
                    yield
        Waits.tasks |= {trio.lowlevel.current_task()}

    async def die(self) -> None:
        import trio

        await trio.sleep(0.01)
        raise OSError("what the session did meanwhile failed")

    def begin(self, i: int) -> None:
        Waits.in_flight += 1
        Waits.peak = max(Waits.peak, Waits.in_flight)
        if self.how == "task" and i == 3:
            raise OSError("this task breaks")

    def task(self, session: Any, i: int) -> int:
        self.begin(i)
        time.sleep(0.01)
        Waits.in_flight -= 1
        return i

    async def task_trio(self, session: Any, i: int) -> int:
        import trio

        self.begin(i)
        await trio.sleep(0.01)
        Waits.in_flight -= 1
        return i

    def check(self, result: Any, i: int) -> int:
        if result != i:
            raise ValueError(f"task {i} returned {result!r}")
        return i


@contextmanager
def trio_pool(how: str = "", concurrency: int = 4) -> Iterator[Pool]:
    Waits.in_flight = Waits.peak = 0
    with Trio().open(Job(Waits(how).spec(), Env(concurrency), concurrency)) as pool:
        yield pool


def trio_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("trio")]


@TRIO_IS_HERE
def test_trio_runs_so_many_at_once_and_no_more() -> None:
    with trio_pool() as pool:
        assert pool.warm_up().done == 4
        batch = pool.run(41)
    assert (batch.done, batch.failed) == (41, 0)
    assert batch.digest == f"{sum((i + 1) * (2 * i + 1) for i in range(41)):016x}"
    assert Waits.peak == 4


@TRIO_IS_HERE
def test_trios_thread_is_found_while_it_lives_and_ends_with_the_session() -> None:
    with trio_pool() as pool:
        (who,) = set(pool.run(8).worker)
        ((pid, native),) = pool.threads({who})
        assert pid == os.getpid()
        assert native != threading.get_native_id()
        assert native in {thread.native_id for thread in trio_threads()}
        assert len(trio_threads()) == 1
    assert trio_threads() == []


@TRIO_IS_HERE
def test_one_task_opens_and_closes_trios_session() -> None:
    with trio_pool() as pool:
        pool.run(4)
    assert len(Waits.tasks) == 1


@TRIO_IS_HERE
def test_tasks_on_trio_begin_when_they_are_due() -> None:
    due = [0.0, 0.005, 0.06, 0.061]
    with trio_pool(concurrency=2) as pool:
        begin = time.perf_counter_ns()
        batch = pool.run(4, due)
    assert batch.start[0] >= begin
    assert [start - batch.start[0] for start in batch.start] == [round(at * 1e9) for at in due]
    assert batch.end[3] - batch.start[0] >= 0.061e9 + 0.01e9
    assert Waits.peak == 2  # the loop ran on while it waited for the next arrival


@TRIO_IS_HERE
def test_a_task_that_breaks_on_trio_is_told_and_the_others_are_done() -> None:
    with trio_pool("task") as pool:
        batch = pool.run(8)
    assert (batch.done, batch.failed) == (8, 1)
    assert batch.errors == ["task 3: OSError: this task breaks"]


@TRIO_IS_HERE
@pytest.mark.parametrize(("how", "said"), [("open", "no session"), ("close", "does not close")])
def test_what_goes_wrong_with_trios_session_is_raised(how: str, said: str) -> None:
    with pytest.raises(OSError, match=said), trio_pool(how) as pool:
        assert pool.run(4).done == 4
    assert trio_threads() == []


@TRIO_IS_HERE
def test_a_session_that_dies_during_a_batch_says_why() -> None:
    with pytest.raises(ExceptionGroup) as raised, trio_pool("background") as pool:
        pool.run(1000)
    assert "what the session did meanwhile failed" in str(raised.value.exceptions[0])
    assert trio_threads() == []


@TRIO_IS_HERE
def test_an_error_of_the_caller_ends_trios_thread_and_stays_itself() -> None:
    with pytest.raises(ZeroDivisionError), trio_pool("close"):
        raise ZeroDivisionError
    assert trio_threads() == []


@TRIO_IS_HERE
def test_what_is_cancelled_on_trio_is_not_done() -> None:
    import trio

    ended: list[object] = []

    async def forever(session: None, i: int) -> None:
        await trio.sleep_forever()

    async def main() -> None:
        span = timed_async(forever, None, int, passed=(trio.Cancelled,))
        with trio.move_on_after(0.01) as scope:
            ended.append(await span(0))
        assert scope.cancelled_caught

    trio.run(main)
    assert ended == []


def test_what_is_cancelled_on_asyncio_has_failed() -> None:
    async def cancelled(session: None, i: int) -> None:
        raise asyncio.CancelledError

    async def main() -> object:
        return (await timed_async(cancelled, None, int)(0))[3]

    assert asyncio.run(main()) == Failed("CancelledError: ", Cause.ERROR)


# gevent patches the process it is in: each test has one of its own.
IN_GEVENT = """
import os, sys, threading, time
before = threading.get_native_id()
from bench.core.runner import Job, RUNNERS
runner = RUNNERS.get("gevent")
runner.prepare()
from bench.core.workload import Env
from tests.unit.runners.test_more_runners import Waits
def pool_of(how="", concurrency=4):
    return runner.open(Job(Waits(how).spec(), Env(concurrency), concurrency))
"""


def in_gevent(code: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_GEVENT + code], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


@GEVENT_IS_HERE
def test_gevent_runs_so_many_at_once_on_one_thread_that_is_found() -> None:
    in_gevent("""
with pool_of() as pool:
    assert pool.warm_up().done == 4
    batch = pool.run(41)
    assert (batch.done, batch.failed, Waits.peak) == (41, 0, 4)
    assert batch.digest == f"{sum((i + 1) * (2 * i + 1) for i in range(41)):016x}"
    assert pool.threads(set(batch.worker)) == [(os.getpid(), before)]
    assert pool.loop.startswith("gevent (lib"), pool.loop
""")


@GEVENT_IS_HERE
def test_tasks_on_gevent_begin_when_they_are_due() -> None:
    in_gevent("""
due = [0.0, 0.005, 0.06, 0.061]
with pool_of(concurrency=2) as pool:
    batch = pool.run(4, due)
assert [start - batch.start[0] for start in batch.start] == [round(at * 1e9) for at in due]
assert batch.end[3] - batch.start[0] >= 0.061e9 + 0.01e9
assert Waits.peak == 2  # the greenlets ran on while it waited for the next arrival
""")


@GEVENT_IS_HERE
def test_what_goes_wrong_under_gevent_is_told_and_not_printed() -> None:
    in_gevent("""
with pool_of("task") as pool:
    batch = pool.run(8)
    assert (batch.done, batch.failed) == (8, 1)
    assert batch.errors == ["task 3: OSError: this task breaks"]
for how, said in (("open", "no session to be had"), ("close", "the session does not close")):
    try:
        with pool_of(how) as pool:
            pool.run(4)
    except OSError as error:
        assert str(error) == said
    else:
        raise AssertionError(how)
""")


@GEVENT_IS_HERE
def test_gevents_own_timeout_is_a_tasks_failure_though_no_exception() -> None:
    in_gevent("""
import gevent
def late(self, session, i):
    with gevent.Timeout(0.001):
        time.sleep(1)
Waits.task = late
with pool_of() as pool:
    batch = pool.run(4)
assert (batch.done, batch.failed) == (4, 4)
assert batch.errors[0].startswith("task 0: Timeout"), batch.errors
""")


def test_who_computes_in_parallel_depends_on_whose_gil_it_is() -> None:
    with_gil = {runner.name for runner in RUNNERS.all if computes_in_parallel(runner, gil=True)}
    without = {runner.name for runner in RUNNERS.all if computes_in_parallel(runner, gil=False)}
    assert {"multiprocessing", "processes-asyncio", "interpreters", "dask"} <= with_gil
    assert not with_gil & {"threading", "asyncio-to-thread"}
    assert without >= with_gil | {"threading", "asyncio-to-thread"}
    assert not without & {"sync", "asyncio", "trio", "gevent"}


def test_a_run_keeps_whose_gil_it_is() -> None:
    kept = {runner.name: describe_runner(runner) for runner in RUNNERS.all}
    assert kept["interpreters"].shares_process
    assert not kept["interpreters"].shares_gil
    assert not kept["multiprocessing"].shares_gil
    assert kept["threading"].shares_gil


def test_interpreters_say_which_python_they_need() -> None:
    reason = RUNNERS.find(["interpreters"])[0].available()
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    old = f"it needs Python 3.14 or newer; this is {version}"
    assert reason == (None if sys.version_info >= (3, 14) else old)
