"""How often the assertions of the pytest plug-in err, on functions of known kind, beside a busy neighbour.

    python -m tests.benchmarks.assertions [REPETITIONS]

Each function is asserted so often, with a process beside it that computes all the time. Printed are how often it
held, failed and could not be told, the median seconds that took, and for what holds an event loop whether
blockbuster and pyleak find it, where they are installed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any

import pytest

from bench.api.pytest_plugin import ConcurrencyWarning
from bench.api.pytest_plugin.fixture import Concurrency
from bench.api.pytest_plugin.places import Places

DATA = bytes(8_000_000)
LOCK = threading.Lock()
COUNT = 0


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
    sum(range(2_500_000))


def hashes() -> None:
    hashlib.sha256(DATA)


def pauses() -> None:
    time.sleep(0.005)


def adds() -> None:
    total = 0
    for i in range(100_000):
        total += i


def adds_in_c() -> None:
    sum(range(2_500_000))


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


Check = Callable[[Concurrency], Any]
CASES: list[tuple[str, str, Check]] = [  # what it is, what is right, how it is asserted
    ("awaits", "holds", lambda c: c.leaves_loop_free(awaits)),
    ("to_thread", "holds", lambda c: c.leaves_loop_free(to_thread)),
    ("time.sleep", "fails", lambda c: c.leaves_loop_free(blocks)),
    ("computes in Python", "fails", lambda c: c.leaves_loop_free(computes)),
    ("C with the GIL", "fails", lambda c: c.leaves_loop_free(holds_in_c)),
    ("hashlib", "holds", lambda c: c.releases_gil(hashes)),
    ("sleep", "holds", lambda c: c.releases_gil(pauses)),
    ("computes in Python", "fails", lambda c: c.releases_gil(adds)),
    ("C with the GIL", "fails", lambda c: c.releases_gil(adds_in_c)),
    ("hashlib", "holds", lambda c: c.scales(hashes)),
    ("computes in Python", "fails", lambda c: c.scales(adds)),
    ("lock", "fails", lambda c: c.scales(hashes_under_a_lock)),
    ("json.dumps", "holds", lambda c: c.same_under_threads(writes)),
    ("shared counter", "fails", lambda c: c.same_under_threads(counts)),
    ("small task", "holds", lambda c: c.memory_per_task(waits)),
    ("large task", "fails", lambda c: c.memory_per_task(waits_with_much)),
    ("half the work", "holds", lambda c: c.beats(adds, adds_twice, by=1.4)),
    ("twice the work", "fails", lambda c: c.beats(adds_twice, adds, by=1.4)),
]


def outcomes(check: Check, repetitions: int, places: Places) -> tuple[Counter[str], list[float], str]:
    found: Counter[str] = Counter()
    took = []
    told: list[dict[str, Any]] = []
    for _ in range(repetitions):
        told.clear()
        began = time.monotonic()
        try:
            done = check(Concurrency(places, 5.0, strict=False, record=told.append))
            if asyncio.iscoroutine(done):
                asyncio.run(done)
        except pytest.fail.Exception:
            pass
        took.append(time.monotonic() - began)
        found[told[0]["outcome"]] += 1
    return found, took, told[0]["assertion"]


def blockbuster_finds(function: Callable[[], Awaitable[Any]]) -> bool:
    from blockbuster import BlockingError, blockbuster_ctx

    with blockbuster_ctx():
        try:
            asyncio.run(function())  # type: ignore[arg-type]  # an async function, called
        except BlockingError:
            return True
    return False


def pyleak_finds(function: Callable[[], Awaitable[Any]]) -> bool:
    from pyleak import no_event_loop_blocking

    async def watched() -> None:
        async with no_event_loop_blocking(action="raise", threshold=0.005, check_interval=0.001):
            await function()

    try:
        asyncio.run(watched())
    except Exception:
        return True
    return False


def main(repetitions: int) -> None:
    warnings.simplefilter("ignore", ConcurrencyWarning)
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    places = Places(())
    print(f"{'assertion':20} {'function':20} {'right':6} holds fails can't-tell  median s")
    try:
        for what, right, check in CASES:
            found, took, name = outcomes(check, repetitions, places)
            counts = "  ".join(f"{found[each]:5}" for each in ("holds", "fails", "can't tell"))
            print(f"{name:20} {what:20} {right:6} {counts}  {median(took):13.1f}", flush=True)
        for finds in (blockbuster_finds, pyleak_finds):
            try:
                seen = [f"{each.__name__} {finds(each)}" for each in (awaits, blocks, computes, holds_in_c)]
                print(f"{finds.__name__}: {', '.join(seen)}")
            except ImportError:
                print(f"{finds.__name__}: not installed")
    finally:
        places.close()
        neighbour.terminate()


if __name__ == "__main__":
    # By its name, so that other processes can import its functions.
    from tests.benchmarks import assertions  # noqa: PLW0406 - this very module, by its name

    assertions.main(int(sys.argv[1]) if sys.argv[1:] else 20)
