"""New processes."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from bench.worker.rungs import Doer


@contextmanager
def new(method: str) -> Iterator[Doer]:
    context: Any = multiprocessing.get_context(method)

    def do(n: int) -> None:
        for _ in repeat(None, n):
            each = context.Process(target=abs, args=(1,))
            each.start()
            each.join()

    yield do


@contextmanager
def hold(method: str, n: int) -> Iterator[list[int]]:
    context: Any = multiprocessing.get_context(method)
    started, bell = context.Semaphore(0), context.Event()
    processes = [context.Process(target=stand_by, args=(started, bell)) for _ in range(n)]
    for each in processes:
        each.start()
    for _ in processes:
        started.acquire()
    yield [os.getpid(), *(each.pid for each in processes)]
    bell.set()
    for each in processes:
        each.join()


def stand_by(started: Any, bell: Any) -> None:
    """In a process that is held: say that it is up, wait for the end."""
    started.release()
    bell.wait()
