"""Processes, new and pooled."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import repeat
from typing import Any

from bench.worker.rungs.rung import Doer


@contextmanager
def process_pool(chunk: int = 1) -> Iterator[Doer]:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:

        def one_by_one(n: int) -> None:
            for _ in repeat(None, n):
                executor.submit(abs, 1).result()

        def in_chunks(n: int) -> None:
            list(executor.map(abs, range(n), chunksize=chunk))

        yield one_by_one if chunk == 1 else in_chunks


def process(method: str) -> Callable[[], AbstractContextManager[Doer]]:
    @contextmanager
    def opened() -> Iterator[Doer]:
        import multiprocessing

        context = multiprocessing.get_context(method)

        def do(n: int) -> None:
            for _ in repeat(None, n):
                new = context.Process(target=abs, args=(1,))  # type: ignore[attr-defined]  # each context has it
                new.start()
                new.join()

        yield do

    return opened


def hold_processes(method: str) -> Callable[[int], AbstractContextManager[list[int]]]:
    @contextmanager
    def held(n: int) -> Iterator[list[int]]:
        import multiprocessing

        context = multiprocessing.get_context(method)
        started, bell = context.Semaphore(0), context.Event()
        processes = [context.Process(target=stand_by, args=(started, bell)) for _ in range(n)]  # type: ignore[attr-defined]  # as above
        for each in processes:
            each.start()
        for _ in processes:
            started.acquire()
        yield [os.getpid(), *(each.pid for each in processes)]
        bell.set()
        for each in processes:
            each.join()

    return held


def stand_by(started: Any, bell: Any) -> None:
    """In a process that is held: say that it is up, wait for the end."""
    started.release()
    bell.wait()
