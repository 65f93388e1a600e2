"""Memory of a task while it waits: what many of them add to the process, by their number."""

from __future__ import annotations

import asyncio
import gc
import os

from bench.worker.assertions import Call, Facts, run_in_thread
from bench.worker.procfs import proportional_memory

TASKS = 500
TURNS = 5  # of the loop, until the tasks have come to their first wait


def observe(call: Call) -> list[Facts]:
    """``value``: bytes a task. Raises TypeError for what is not async."""
    if not call.is_async:
        raise TypeError("memory_per_task needs an async function: a call of another is over when it returns")
    return [{"value": run_in_thread(_held(call))}]


async def _held(call: Call) -> float:
    await _started(call, 20)  # the first ones import, and fill caches
    gc.collect()
    before = _memory()
    tasks = await _started(call, TASKS, keep=True)
    after = _memory()
    await _ended(tasks)
    return max(after - before, 0) / TASKS


async def _started(call: Call, number: int, *, keep: bool = False) -> list[asyncio.Task[object]]:
    tasks = [asyncio.create_task(call()) for _ in range(number)]
    for _ in range(TURNS):
        await asyncio.sleep(0)
    if keep:
        if any(task.done() for task in tasks):
            await _ended(tasks)
            raise RuntimeError("a task was over before it waited: its memory cannot be seen")
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
