"""Functions of known kinds, as a user has them, for tests of the advice."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import itertools
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager

LARGE = bytes(8_000_000)
BUFFER = bytes(range(256)) * 4096
LOCK = threading.Lock()
SLOTS: dict[int, asyncio.Semaphore] = {}
seen: list[int] = []
counter = itertools.count(1)


def waits() -> str:
    time.sleep(0.02)
    return "done"


def counted() -> str:
    """Leaves a byte for each call, where every process adds to the same file."""
    with open(os.environ["BENCH_TEST_CALLS"], "ab", buffering=0) as file:
        file.write(b".")
    time.sleep(0.02)
    return "done"


def slow() -> str:
    time.sleep(0.6)
    return "done"


def echoes(seconds: float, text: str) -> str:
    time.sleep(seconds)
    return text


def keeps(number: int) -> int:
    """Not safe: threads share what it keeps."""
    seen[:] = [number]
    time.sleep(0.003)
    return seen[0]


def random_result() -> float:
    time.sleep(0.005)
    return random.random()


def set_result() -> list[str]:
    time.sleep(0.005)
    return list({f"item {number}" for number in range(20)})


def strided() -> set[str]:
    time.sleep(0.005)
    return {f"{number}" for number in range(1000)} - {f"{number}" for number in range(900)}


def returns_much() -> bytearray:
    return bytearray(LARGE)


def computes() -> int:
    total = 0
    for number in range(200_000):
        total += number % 7
    return total


def computes_in_c() -> int:
    return sum(range(1_500_000))  # one call, in C, with the GIL held


def lets_go() -> str:
    for _ in range(20):
        found = hashlib.sha256(BUFFER).hexdigest()
    return found


def mixed() -> int:
    time.sleep(0.02)
    return sum(number % 7 for number in range(250_000))


async def waits_async() -> str:
    await asyncio.sleep(0.02)
    return "done"


async def blocks() -> str:
    time.sleep(0.02)
    return "done"


async def hands_over() -> str:
    return await asyncio.to_thread(waits)


async def blocks_partly() -> str:
    time.sleep(0.01)
    await asyncio.sleep(0.02)
    return "done"


def locked() -> str:
    with LOCK:
        time.sleep(0.01)
    return "done"


async def limited() -> str:
    async with SLOTS.setdefault(id(asyncio.get_running_loop()), asyncio.Semaphore(5)):
        await asyncio.sleep(0.02)
    return "done"


def runs_a_child() -> int:
    return subprocess.run([sys.executable, "-S", "-c", "sum(range(8_000_000))"], check=True).returncode


@functools.cache
def cached() -> str:
    time.sleep(0.1)
    return "done"


def generates() -> Iterator[int]:
    yield 1


async def generates_async() -> AsyncIterator[int]:
    yield 1


def returns_a_coroutine() -> Coroutine[None, None, str]:
    return waits_async()


class Called:
    async def __call__(self) -> str:
        return await waits_async()


called = Called()
partial = functools.partial(waits_async)


@asynccontextmanager
async def open_async_session() -> AsyncIterator[asyncio.Event]:
    yield asyncio.Event()
    with open("closed", "a") as file:
        file.write(".")


async def with_async_session(session: asyncio.Event) -> str:
    session.set()
    await asyncio.sleep(0.01)
    return "done"


def not_picklable() -> threading.Lock:
    time.sleep(0.005)
    return threading.Lock()


def not_thread_safe() -> int:
    seen.clear()
    for number in range(50):
        seen.append(number)
        time.sleep(0.0001)
    return len(seen)


def fails_sometimes() -> int:
    time.sleep(0.001)
    if next(counter) % 50 == 0:
        raise ConnectionError("the far end hung up")
    return 1


def too_short() -> int:
    return 1


def never_returns() -> None:
    while True:
        time.sleep(1)


def ends_the_process() -> None:
    import os

    os._exit(7)


def with_arguments(rounds: int, *, modulus: int = 7) -> int:
    return sum(number % modulus for number in range(rounds))


class Session:
    def __init__(self) -> None:
        self.thread = threading.get_ident()


def open_session() -> Session:
    return Session()


def with_session(session: Session, seconds: float) -> str:
    time.sleep(seconds)
    return type(session).__name__


def open_lock() -> threading.Lock:
    return threading.Lock()


def through_a_lock(session: threading.Lock) -> str:
    with session:
        time.sleep(0.01)
    return "done"


@contextmanager
def open_database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


def queries(connection: sqlite3.Connection) -> int:
    (found,) = connection.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT sum(i) FROM n"
    ).fetchone()
    return int(found)


def open_numbers() -> list[int]:
    return list(range(300_000))


def total(numbers: list[int]) -> int:
    return sum(numbers)


def open_rows() -> list[list[int]]:
    return [[number] for number in range(1000, 1008)]


def reads(rows: list[list[int]]) -> int:
    """Without a GIL, all threads change the reference counts of the same rows."""
    total = 0
    for number in range(200_000):
        total += rows[number & 7][0]
    return total


no_function = 3
