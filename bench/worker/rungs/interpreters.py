"""Interpreters of this process, new and pooled (3.14 and later)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat

from bench.worker.rungs.rung import Doer


@contextmanager
def interpreter() -> Iterator[Doer]:
    from concurrent import interpreters  # type: ignore[attr-defined]  # from 3.14 on

    def do(n: int) -> None:
        for _ in repeat(None, n):
            new = interpreters.create()
            new.call(abs, 1)
            new.close()

    yield do


@contextmanager
def hold_interpreters(n: int) -> Iterator[list[int]]:
    from concurrent import interpreters  # type: ignore[attr-defined]  # from 3.14 on

    held = [interpreters.create() for _ in range(n)]
    yield [os.getpid()]
    for each in held:
        each.close()


@contextmanager
def interpreter_pool() -> Iterator[Doer]:
    from concurrent.futures import InterpreterPoolExecutor  # type: ignore[attr-defined]  # from 3.14 on

    with InterpreterPoolExecutor(1) as executor:

        def do(n: int) -> None:
            for _ in repeat(None, n):
                executor.submit(abs, 1).result()

        yield do
