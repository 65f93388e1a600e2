"""An event loop with a session of its own for each thread that calls a coroutine function."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from typing import Any


class ThreadLoops:
    """Calls a coroutine function to its end, on an event loop of the calling thread."""

    def __init__(
        self,
        opened: Callable[[], AbstractAsyncContextManager[Callable[[int], Any]]],
        new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        self.opened, self.new_loop = opened, new_loop
        self.here = threading.local()
        self.all: list[tuple[asyncio.Runner, AsyncExitStack]] = []

    def __call__(self, number: int) -> Any:
        if not hasattr(self.here, "call"):
            runner, stack = asyncio.Runner(loop_factory=self.new_loop), AsyncExitStack()
            self.all.append((runner, stack))
            self.here.call = runner.run(stack.enter_async_context(self.opened()))
            self.here.runner = runner
        return self.here.runner.run(self.here.call(number))

    def close(self) -> None:
        """Close the sessions and loops of all threads, none of which may call any more."""
        for runner, stack in self.all:
            with runner:
                runner.run(stack.aclose())
