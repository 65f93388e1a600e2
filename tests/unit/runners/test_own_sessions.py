"""The model threading with a session for each thread: opened, used and closed by that thread alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import ClassVar

import pytest

from bench import Env, Job, Workload
from bench.core.runner import RUNNERS

opened: list[int] = []
closed: list[int] = []


@dataclass(frozen=True)
class Bound(Workload):
    """Its session works in one thread alone, as a connection of sqlite3 does."""

    name: ClassVar[str] = "bound-to-a-thread"
    family: ClassVar[str] = "bound-to-a-thread"

    @contextmanager
    def open(self, env: Env) -> Iterator[int]:
        opened.append(threading.get_ident())
        yield threading.get_ident()
        closed.append(threading.get_ident())

    def task(self, session: int, i: int) -> int:
        if session != threading.get_ident():
            raise RuntimeError("another thread opened it")
        return session

    def check(self, result: int, i: int) -> int:
        return 0


@pytest.fixture(autouse=True)
def fresh() -> None:
    opened.clear()
    closed.clear()


def test_each_thread_opens_and_closes_its_own() -> None:
    job = Job(Bound().spec(), Env(3), 3, {"own_session": 1})
    with RUNNERS.get("threading").open(job) as pool:
        pool.warm_up()
        batch = pool.run(30)
    assert batch.failed == 0
    assert len(set(opened)) == 3
    assert sorted(opened) == sorted(closed)
    assert threading.get_ident() not in opened


def test_else_they_share_one() -> None:
    with RUNNERS.get("threading").open(Job(Bound().spec(), Env(3), 3)) as pool:
        batch = pool.run(6)
    assert batch.failed == 6
    assert opened == closed == [threading.get_ident()]
