"""asyncio's event loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

T = TypeVar("T")

sleep = asyncio.sleep
in_thread = asyncio.to_thread


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    return asyncio.run(main())


@asynccontextmanager
async def started(function: Callable[[], Awaitable[object]]) -> AsyncIterator[Callable[[], bool]]:
    task = asyncio.ensure_future(function())
    yield task.done
    await task
