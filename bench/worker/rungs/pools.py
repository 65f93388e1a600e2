"""Pools of processes."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager

from bench.worker.rungs import Doer, round_trips


@contextmanager
def one_by_one() -> Iterator[Doer]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield round_trips(executor.submit)


@contextmanager
def in_chunks(chunk: int) -> Iterator[Doer]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        yield lambda n: list(executor.map(abs, range(n), chunksize=chunk))
