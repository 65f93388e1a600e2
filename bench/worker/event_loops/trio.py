"""trio's event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import trio

run = trio.run
sleep = trio.sleep
in_thread = trio.to_thread.run_sync


@asynccontextmanager
async def started(function: Callable[[], Awaitable[object]]) -> AsyncIterator[Callable[[], bool]]:
    over = False
    failed: list[Exception] = []

    async def task() -> None:
        nonlocal over
        try:
            await function()
        except Exception as error:  # a nursery would wrap it in a group
            failed.append(error)
        finally:
            over = True

    async with trio.open_nursery() as nursery:
        nursery.start_soon(task)
        yield lambda: over
    if failed:
        raise failed[0]
