"""Files, SQLite and child processes: right answers from many at once, and nothing left behind."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from bench import Env, Workload
from bench.core.scratch import SCRATCH, filled_folder
from workloads.file import Aiofiles, Open
from workloads.sqlite import Aiosqlite, ReadsAndWrite, Sqlite3
from workloads.subprocess import Subprocess

MANY = Env(concurrency=8)
TASKS = range(40)
SYNC: tuple[Workload, ...] = (Open(size=1000, count=3), Sqlite3(rows=100, reads=3), Subprocess(rounds=10))
ASYNC: tuple[Workload, ...] = (*SYNC, Aiofiles(size=1000, count=3), Aiosqlite(rows=100, reads=3))


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a cell's temporary files."""
    monkeypatch.setenv(SCRATCH, str(tmp_path))
    return tmp_path


def in_threads(workload: Workload) -> list[Any]:
    """What its tasks return, eight at a time."""
    with workload.open(MANY) as session, ThreadPoolExecutor(MANY.concurrency) as pool:
        return list(pool.map(lambda i: workload.task(session, i), TASKS))


def in_tasks(workload: Workload) -> list[Any]:
    """The same on an event loop."""

    async def run() -> list[Any]:
        slots = asyncio.Semaphore(MANY.concurrency)
        async with workload.open_async(MANY) as session:

            async def one(i: int) -> Any:
                async with slots:
                    return await workload.task_async(session, i)

            return await asyncio.gather(*map(one, TASKS))

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("workload", "run"),
    [*((each, in_threads) for each in SYNC), *((each, in_tasks) for each in ASYNC)],
    ids=lambda each: each.label() if isinstance(each, Workload) else each.__name__,
)
@pytest.mark.usefixtures("scratch")
def test_answers_are_right_and_the_same_in_every_form(
    workload: Workload, run: Callable[[Workload], list[Any]]
) -> None:
    for name in workload.requires:
        pytest.importorskip(name, reason=f"{name} is not installed (the extra blocking)")
    results = run(workload)
    numbers = [workload.check(result, i) for i, result in enumerate(results)]
    plain = next(each for each in SYNC if each.family == workload.family)
    with plain.open(Env()) as session:
        assert numbers == [plain.check(plain.task(session, i), i) for i in TASKS]


@pytest.mark.parametrize("workload", SYNC, ids=lambda each: each.label())
def test_a_wrong_answer_is_noticed(workload: Workload) -> None:
    with workload.open(Env()) as session:
        result = workload.task(session, 1)
    assert workload.check(result, 1) == workload.check(result, 1)
    with pytest.raises(ValueError, match=r"2|child"):
        workload.check(result, 2)


@pytest.mark.parametrize("workload", [Open(size=10), Sqlite3(rows=10)], ids=lambda each: each.label())
def test_files_are_removed_with_the_session(
    workload: Workload, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SCRATCH, raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    class Stopped(BaseException):
        pass

    def interrupted() -> None:
        with workload.open(Env()) as session:
            workload.task(session, 0)
            assert list(tmp_path.iterdir())
            raise Stopped

    with pytest.raises(Stopped):
        interrupted()
    assert list(tmp_path.iterdir()) == []


def test_a_cells_workers_share_a_folder_that_one_of_them_fills(scratch: Path) -> None:
    together, filled = Barrier(8), []

    def fill(folder: Path) -> None:
        filled.append(folder)
        (folder / "whole").touch()

    def use(_: int) -> bool:
        together.wait(10)
        with filled_folder("data", fill) as folder:
            return (folder / "whole").exists()

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(use, range(8)))
    assert filled == [scratch / "data"]


@pytest.mark.parametrize("kind", [Sqlite3, Aiosqlite])
def test_a_database_is_whole_after_many_wrote_to_it(kind: type[ReadsAndWrite], scratch: Path) -> None:
    for name in kind.requires:
        pytest.importorskip(name, reason=f"{name} is not installed (the extra blocking)")
    workload = kind(rows=100, reads=3)
    (in_threads if kind is Sqlite3 else in_tasks)(workload)
    with closing(sqlite3.connect(scratch / "sqlite" / "db")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        written = dict(database.execute("SELECT task, total FROM results"))
        assert database.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert written.keys() == set(TASKS)
    assert all(workload.check(total, task) for task, total in written.items())


def test_connections_are_as_many_as_tasks_in_flight_and_closed(scratch: Path) -> None:
    workload = Sqlite3(rows=10)
    with workload.open(MANY) as session, ThreadPoolExecutor(MANY.concurrency) as pool:
        list(pool.map(lambda i: workload.task(session, i), range(200)))
        idle = list(session.idle)
    assert 1 <= len(idle) <= MANY.concurrency
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        idle[0].execute("SELECT 1")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Subprocess:
    """A child that fails."""
    monkeypatch.setattr("workloads.subprocess.COUNT", "exit 3")
    return Subprocess()


def test_a_child_that_fails_fails_its_task(broken: Subprocess) -> None:
    with pytest.raises(subprocess.CalledProcessError, match="exit status 3"):
        broken.task(None, 0)
    with pytest.raises(subprocess.CalledProcessError, match="exit status 3"):
        asyncio.run(broken.task_async(None, 0))


def test_a_child_counts_as_far_as_it_should() -> None:
    assert replace(Subprocess(), rounds=0).task(None, 7) == b"7 0\n"
    assert Subprocess(rounds=25).task(None, 7) == b"7 25\n"
