"""Threads, new and pooled."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import repeat
from threading import Event, Thread

from bench.worker.rungs import Doer, round_trips


@contextmanager
def thread_pool() -> Iterator[Doer]:
    with ThreadPoolExecutor(1) as executor:
        yield round_trips(executor.submit)


@contextmanager
def thread() -> Iterator[Doer]:
    def do(n: int) -> None:
        for _ in repeat(None, n):
            new = Thread(target=abs, args=(1,))
            new.start()
            new.join()

    yield do


@contextmanager
def hold_threads(n: int) -> Iterator[list[int]]:
    bell = Event()
    threads = [Thread(target=bell.wait) for _ in range(n)]
    for each in threads:
        each.start()
    yield [os.getpid()]
    bell.set()
    for each in threads:
        each.join()
