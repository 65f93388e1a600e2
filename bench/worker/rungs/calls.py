"""A call, the lowest rung."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat

from bench.worker.rungs.rung import Doer


@contextmanager
def call() -> Iterator[Doer]:
    def nothing(x: int) -> int:
        return x

    def do(n: int) -> None:
        for _ in repeat(None, n):
            nothing(1)

    yield do
