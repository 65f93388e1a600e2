"""Memory of a task while it waits: what many of them add to the process, by their number."""

from __future__ import annotations

import asyncio
import gc
import os
from collections.abc import Coroutine
from itertools import pairwise
from typing import Any

from bench.worker.assertions import Call, Facts
from bench.worker.procfs import proportional_memory

TASKS = 125  # in a batch
TIMES = 4  # batches, one after another, all kept
TURNS = 5  # of the loop, until the tasks have come to their first wait


def observe(call: Call) -> Coroutine[Any, Any, list[Facts]]:
    """``value``: bytes a task, for each batch. Raises TypeError for what is not async."""
    if not call.is_async:
        raise TypeError("memory_per_task needs an async function: a plain call is over when it returns")
    return _observed(call)


async def _observed(call: Call) -> list[Facts]:
    await _started(call, 20)  # the first ones import, and fill caches
    gc.collect()
    tasks: list[asyncio.Task[object]] = []
    memory = [_memory()]
    for _ in range(TIMES):
        tasks += await _started(call, TASKS, keep=True)
        memory.append(_memory())
    await _ended(tasks)
    return [{"value": max(after - before, 0) / TASKS} for before, after in pairwise(memory)]


async def _started(call: Call, number: int, *, keep: bool = False) -> list[asyncio.Task[object]]:
    tasks = [asyncio.create_task(call()) for _ in range(number)]
    for _ in range(TURNS):
        await asyncio.sleep(0)
    if keep:
        if any(task.done() for task in tasks):
            await _ended(tasks)
            raise RuntimeError("a task ended without waiting: its memory cannot be measured")
        return tasks
    await _ended(tasks)
    return []


async def _ended(tasks: list[asyncio.Task[object]]) -> None:
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result


def _memory() -> int:
    found = proportional_memory([os.getpid()])
    if found is None:
        raise RuntimeError("the memory of a process cannot be read on this system")
    return found
