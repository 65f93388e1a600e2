"""Functions of known kind, for ``assertions.py``. Standard library only: fresh processes import them."""

from __future__ import annotations

import asyncio
import hashlib
import json
import threading
import time

DATA = bytes(8_000_000)
LOCK = threading.Lock()
COUNT = 0
NUMBERS = range(1_650_000)  # their sum takes some 20 ms, in C that holds the GIL


async def awaits() -> None:
    await asyncio.sleep(0.02)


async def to_thread() -> None:
    await asyncio.to_thread(time.sleep, 0.02)


async def blocks() -> None:
    time.sleep(0.02)


async def computes() -> None:
    total = 0
    for i in range(800_000):
        total += i


async def holds_in_c() -> None:
    sum(NUMBERS)


def hashes() -> None:
    hashlib.sha256(DATA)


def pauses() -> None:
    time.sleep(0.005)


def adds() -> None:
    total = 0
    for i in range(100_000):
        total += i


def adds_in_c() -> None:
    sum(NUMBERS)


def writes() -> str:
    return json.dumps({"a": [1, 2, 3]})


def hashes_under_a_lock() -> None:
    with LOCK:
        hashlib.sha256(DATA)


def counts() -> int:
    global COUNT  # noqa: PLW0603 - the fault
    seen = COUNT
    COUNT = seen + 1
    time.sleep(0)
    COUNT -= 1
    return COUNT - seen


async def waits() -> None:
    await asyncio.sleep(60)


async def waits_with_much() -> bytearray:
    kept = bytearray(200_000)
    await asyncio.sleep(60)
    return kept


def adds_twice() -> None:
    adds()
    adds()
