"""Forty functions of known kind, as people have them, for ``forty_functions.py``. A few need numpy or anyio."""

from __future__ import annotations

import asyncio
import functools
import hashlib
import itertools
import json
import os
import pickle
import random
import re
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

BUFFER = bytes(range(256)) * 8192
LARGE = bytes(20_000_000)
DOCUMENT = {str(number): [number, str(number), [1.5, None]] for number in range(3000)}
WORDS = " ".join(f"name{number}@example.org" for number in range(4000))
LOCK, SLOTS, COUNTER = threading.Lock(), threading.Semaphore(5), itertools.count(1)
SEEN: list[int] = []
LEFT = [1]
SERVICE = Path(tempfile.gettempdir(), f"bench-forty-{os.getuid()}")
of_loop: dict[int, dict[int, asyncio.Semaphore]] = {}


def slots(size: int) -> asyncio.Semaphore:
    """One for each loop."""
    known = of_loop.setdefault(id(asyncio.get_running_loop()), {})
    return known.setdefault(size, asyncio.Semaphore(size))


def rounds(many: int) -> int:
    total = 0
    for number in range(many):
        total += number % 7
    return total


# Those of the questions.


async def hands_over() -> None:
    await asyncio.to_thread(time.sleep, 0.02)


async def limited_by_anyio() -> None:
    from anyio import to_thread

    await to_thread.run_sync(time.sleep, 0.02)


async def limited_to_5() -> None:
    async with slots(5):
        await asyncio.sleep(0.02)


async def blocks_partly() -> None:
    time.sleep(0.005)
    await asyncio.sleep(0.02)


async def blocks() -> None:
    time.sleep(0.02)


@asynccontextmanager
async def session() -> AsyncIterator[asyncio.Event]:
    yield asyncio.Event()


async def with_session(event: asyncio.Event) -> None:
    event.set()
    await asyncio.sleep(0.02)


def children_compute() -> int:
    return subprocess.run([sys.executable, "-S", "-c", "sum(range(8_000_000))"], check=True).returncode


def waits_in_lock() -> None:
    with LOCK:
        time.sleep(0.01)


def waits_in_semaphore() -> None:
    with SLOTS:
        time.sleep(0.02)


def multiplies() -> float:
    return float((matrix() @ matrix())[0, 0])


@functools.cache
def matrix() -> Any:
    import numpy as np

    return np.ones((800, 800))


def tiny() -> int:
    return sum((1, 2, 3)) * 7 % 5


def rows() -> int:
    with closing(sqlite3.connect(":memory:")) as base:
        base.execute("create table t (a, b)")
        base.executemany("insert into t values (?, ?)", ((n, n % 7) for n in range(2000)))
        return sum(a + b for a, b in base.execute("select a, b from t"))


def slow() -> None:
    time.sleep(2)


def random_result() -> float:
    time.sleep(0.02)
    return random.random()


def own_threads() -> int:
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return sum(len(found) for found in pool.map(zlib.compress, [BUFFER] * (os.cpu_count() or 1)))


def second_call_fails() -> int:
    return LEFT.pop()


@functools.lru_cache
def cached() -> int:
    time.sleep(0.2)
    return 1


def numbers() -> list[int]:
    return list(range(300_000))


def total(numbers: list[int]) -> int:
    return sum(numbers)


def set_result() -> list[str]:
    time.sleep(0.02)
    return list({f"item {number}" for number in range(20)})


def hashes_in_lock() -> str:
    with LOCK:
        return hashlib.sha256(BUFFER).hexdigest()


# Others.


def sleeps() -> None:
    time.sleep(0.02)


def computes() -> int:
    return rounds(150_000)


def hashes() -> str:
    return hashlib.sha256(BUFFER * 4).hexdigest()


def compresses() -> int:
    return len(zlib.compress(BUFFER * 2))


def writes_json() -> int:
    return len(json.dumps(DOCUMENT))


def searches() -> int:
    return len(re.findall(r"(\w+)@(\w+)\.org", WORDS))


async def awaits() -> None:
    await asyncio.sleep(0.02)


def brief() -> int:
    return rounds(1600)


def child_waits() -> int:
    return subprocess.run(["sleep", "0.1"], check=True).returncode


def reads_file() -> int:
    with open(__file__, "rb") as file:
        return len(file.read(500))


def waits_and_computes() -> int:
    time.sleep(0.01)
    return rounds(150_000)


def generates() -> Iterator[int]:
    yield 1


def returns_lock() -> threading.Lock:
    time.sleep(0.01)
    return threading.Lock()


unnamed = lambda: rounds(150_000)  # noqa: E731 - that is the point


class Counts:
    def method(self) -> int:
        return rounds(150_000)


partial = functools.partial(rounds, 150_000)


def not_thread_safe() -> int:
    SEEN.clear()
    for number in range(30):
        SEEN.append(number)
        time.sleep(0.0002)
    return len(SEEN)


def pickles() -> int:
    return len(pickle.loads(pickle.dumps(DOCUMENT)))


def refused_above_5() -> None:
    """A service answers 429 where more than five are at it, from whichever process."""
    SERVICE.mkdir(exist_ok=True)
    for number in range(5):
        slot = SERVICE / str(number)
        try:
            os.close(os.open(slot, os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            continue
        try:
            time.sleep(0.02)
        finally:
            slot.unlink()
        return
    raise ConnectionError("429 Too Many Requests")


async def computes_async() -> int:
    return rounds(150_000)
