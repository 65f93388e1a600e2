"""An ASGI application whose pools of threads, anyio's limiter and the loop's default executor, have another
size."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

App = Callable[..., Awaitable[None]]


def with_pool(app: App, threads: int) -> App:
    """The application, which sets both pools when it is first called: in its lifespan, as a user would."""
    done = False

    async def resized(scope: Any, receive: Any, send: Any) -> None:
        nonlocal done
        if not done:
            done = True
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(threads, "asyncio"))
            if anyio := sys.modules.get("anyio"):
                anyio.to_thread.current_default_thread_limiter().total_tokens = threads
        await app(scope, receive, send)

    return resized
