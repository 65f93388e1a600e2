"""Interpreters of this process, new and pooled (3.14 and later)."""

import os
from collections.abc import Iterator
from concurrent import interpreters  # type: ignore[attr-defined]  # from 3.14 on
from concurrent.futures import InterpreterPoolExecutor  # type: ignore[attr-defined]  # from 3.14 on
from contextlib import contextmanager
from itertools import repeat

from bench.worker.rungs import Doer, round_trips


@contextmanager
def new() -> Iterator[Doer]:
    def do(n: int) -> None:
        for _ in repeat(None, n):
            each = interpreters.create()
            each.call(abs, 1)
            each.close()

    yield do


@contextmanager
def hold(n: int) -> Iterator[list[int]]:
    held = [interpreters.create() for _ in range(n)]
    yield [os.getpid()]
    for each in held:
        each.close()


@contextmanager
def pool() -> Iterator[Doer]:
    with InterpreterPoolExecutor(1) as executor:
        yield round_trips(executor.submit)
