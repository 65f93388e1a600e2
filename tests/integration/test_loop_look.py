"""The first look at a coroutine function: for how long it holds its loop, and at which line."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any

import pytest

from bench.core.user_function import Own
from bench.worker.loop_look import on_a_loop


async def blocks_partly() -> None:
    time.sleep(0.01)
    await asyncio.sleep(0.01)


def count() -> None:
    total = 0
    for i in range(200_000):
        total += i


async def computes() -> None:
    count()
    await asyncio.sleep(0.01)


async def holds_in_c() -> None:
    sum(range(600_000))
    await asyncio.sleep(0.01)


async def awaits() -> None:
    await asyncio.sleep(0.02)


async def hands_over() -> None:
    await asyncio.to_thread(time.sleep, 0.02)


async def hands_to_anyio() -> None:
    import anyio.to_thread

    await anyio.to_thread.run_sync(time.sleep, 0.02)


async def imports_anyio() -> None:
    import anyio.to_thread

    assert anyio.to_thread
    await asyncio.sleep(0.02)


def seen(name: str, calls: int = 40) -> dict[str, Any]:
    return on_a_loop(Own(async_function=f"{__file__}:{name}"), calls, {"seconds": 0.02, "calls": 3})


@pytest.mark.parametrize(
    ("name", "line"),
    [("blocks_partly", "in blocks_partly"), ("computes", "in count"), ("holds_in_c", "in holds_in_c")],
)
def test_the_line_that_holds_the_loop_is_named(name: str, line: str) -> None:
    found = seen(name)
    assert found["held"] > 0.003
    assert found["loop_line"].startswith(f"{__file__}:")
    assert found["loop_line"].endswith(line)


@pytest.mark.parametrize("name", ["awaits", "hands_over"])
def test_what_leaves_the_loop_free_has_no_such_line_and_takes_no_further_calls(name: str) -> None:
    found = seen(name)
    assert found["held"] < 0.01
    assert found["loop_line"] == ""
    assert found["calls"] == 3 + 3
    assert (found["executor"] > 0) == (name == "hands_over")


def test_calls_that_are_few_stay_few_and_the_switch_interval_is_as_it_was() -> None:
    before = sys.getswitchinterval()
    assert seen("blocks_partly", calls=3)["calls"] == 3 + 1
    assert seen("blocks_partly", calls=8)["calls"] == 8
    assert sys.getswitchinterval() == before


@pytest.mark.parametrize(
    ("name", "executor", "of_anyio"),
    [("hands_over", True, False), ("hands_to_anyio", False, True), ("imports_anyio", False, False)],
)
def test_the_pool_that_it_hands_its_calls_to_is_known_by_its_threads(
    name: str, executor: bool, of_anyio: bool
) -> None:
    found = seen(name)
    assert (found["executor"] > 0, found["anyio"]) == (executor, of_anyio)
