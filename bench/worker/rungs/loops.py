"""Calls, plain and awaited, and what an event loop runs."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import repeat
from typing import Any

from bench.worker.rungs import Doer


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
    async def nothing(x: int) -> int:
        return x

    async def do(n: int) -> None:
        for _ in repeat(None, n):
            await nothing(1)

    with asyncio.Runner() as loop:
        yield lambda n: loop.run(do(n))


@contextmanager
def task() -> Iterator[Doer]:
    async def nothing(x: int) -> int:
        return x

    async def do(n: int) -> None:
        for _ in repeat(None, n):
            await asyncio.create_task(nothing(1))

    with asyncio.Runner() as loop:
        yield lambda n: loop.run(do(n))


@contextmanager
def hold_tasks(n: int) -> Iterator[list[int]]:
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
    async def do(n: int) -> None:
        for _ in repeat(None, n):
            await asyncio.to_thread(abs, 1)

    with asyncio.Runner() as loop:
        yield lambda n: loop.run(do(n))
