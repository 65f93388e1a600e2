"""The rungs of the cost ladder: ways to have a piece of work done, with no work in it.

Each gives ``open``, a context manager that yields a function doing it so many times, and, where one that
waits takes memory, ``hold``, which keeps so many of them alive and yields the processes they live in. What
they run is the builtin ``abs``: a pool process need import nothing for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import repeat
from typing import Any

Doer = Callable[[int], Any]
CHUNK = 64


@dataclass(frozen=True)
class Rung:
    """One way. ``model`` is the runner whose idiom it belongs to."""

    name: str
    model: str
    open: Callable[[], AbstractContextManager[Doer]]
    hold: Callable[[int], AbstractContextManager[list[int]]] | None = None
    held: int = 0  # so many at once tell what one of them takes
    at_once: int = 1  # done in groups of so many
    python: tuple[int, int] = (3, 11)  # the first version that has it

    def available(self) -> bool:
        """Whether this interpreter has it."""
        return sys.version_info >= self.python


@contextmanager
def call() -> Iterator[Doer]:
    def nothing(x: int) -> int:
        return x

    def do(n: int) -> None:
        for _ in repeat(None, n):
            nothing(1)

    yield do


@contextmanager
def awaiting() -> Iterator[Doer]:
    import asyncio

    async def nothing(x: int) -> int:
        return x

    async def do(n: int) -> None:
        for _ in repeat(None, n):
            await nothing(1)

    with asyncio.Runner() as loop:
        yield lambda n: loop.run(do(n))


@contextmanager
def task() -> Iterator[Doer]:
    import asyncio

    async def nothing(x: int) -> int:
        return x

    async def do(n: int) -> None:
        for _ in repeat(None, n):
            await asyncio.create_task(nothing(1))

    with asyncio.Runner() as loop:
        yield lambda n: loop.run(do(n))


@contextmanager
def hold_tasks(n: int) -> Iterator[list[int]]:
    import asyncio

    async def start(bell: asyncio.Event) -> list[asyncio.Task[Any]]:
        tasks: list[asyncio.Task[Any]] = [asyncio.create_task(bell.wait()) for _ in range(n)]
        await asyncio.sleep(0)  # each runs as far as its wait
        return tasks

    async def end(bell: asyncio.Event, tasks: list[asyncio.Task[Any]]) -> None:
        bell.set()
        await asyncio.gather(*tasks)

    with asyncio.Runner() as loop:
        bell = asyncio.Event()
        tasks = loop.run(start(bell))
        yield [os.getpid()]
        loop.run(end(bell, tasks))


@contextmanager
def to_thread() -> Iterator[Doer]:
    import asyncio

    async def do(n: int) -> None:
        for _ in repeat(None, n):
            await asyncio.to_thread(abs, 1)

    with asyncio.Runner() as loop:
        yield lambda n: loop.run(do(n))


@contextmanager
def thread_pool() -> Iterator[Doer]:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as executor:

        def do(n: int) -> None:
            for _ in repeat(None, n):
                executor.submit(abs, 1).result()

        yield do


@contextmanager
def thread() -> Iterator[Doer]:
    from threading import Thread

    def do(n: int) -> None:
        for _ in repeat(None, n):
            new = Thread(target=abs, args=(1,))
            new.start()
            new.join()

    yield do


@contextmanager
def hold_threads(n: int) -> Iterator[list[int]]:
    from threading import Event, Thread

    bell = Event()
    threads = [Thread(target=bell.wait) for _ in range(n)]
    for each in threads:
        each.start()
    yield [os.getpid()]
    bell.set()
    for each in threads:
        each.join()


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


RUNGS = (
    Rung("a call", "sync", call),
    Rung("await a coroutine", "asyncio", awaiting),
    Rung("an asyncio task", "asyncio", task, hold_tasks, held=5000),
    Rung("asyncio.to_thread", "asyncio", to_thread),
    Rung("thread pool, there and back", "threading", thread_pool),
    Rung("a new thread", "threading", thread, hold_threads, held=100),
    Rung("process pool, chunks of 64", "multiprocessing", lambda: process_pool(CHUNK), at_once=CHUNK),
    Rung("process pool, there and back", "multiprocessing", process_pool),
    *(
        Rung(f"a process by {method}", "multiprocessing", process(method), hold_processes(method), held=4)
        for method in ("fork", "forkserver", "spawn")
    ),
    Rung("interpreter pool, there and back", "interpreters", interpreter_pool, python=(3, 14)),
    Rung("an interpreter", "interpreters", interpreter, hold_interpreters, held=8, python=(3, 14)),
)
