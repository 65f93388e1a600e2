"""What ``--setup`` gives, entered and closed; and an event loop with a session of its own for each thread
that calls a coroutine function."""

import asyncio
import threading
from collections.abc import Callable
from contextlib import (
    AbstractAsyncContextManager,
    AbstractContextManager,
    AsyncContextDecorator,
    AsyncExitStack,
    ContextDecorator,
    ExitStack,
)
from inspect import isawaitable
from typing import Any

CLOSES = ("close", "aclose")


def enters(made: Any) -> bool:
    """Whether it is a context manager to enter: one made by contextlib, or one that can be closed. A lock is
    not: it is for the function to take."""
    decorated = isinstance(made, ContextDecorator | AsyncContextDecorator)
    return decorated or any(hasattr(made, name) for name in CLOSES)


def entered(stack: ExitStack, made: Any) -> Any:
    """The session that a blocking function is given. Raises TypeError for one that must be awaited."""
    if isawaitable(made) or (isinstance(made, AbstractAsyncContextManager) and enters(made)):
        if hasattr(made, "close"):
            made.close()  # else Python warns that it was never awaited
        raise TypeError("--setup is async and the function is not; name the function with --async-function")
    if isinstance(made, AbstractContextManager) and enters(made):
        return stack.enter_context(made)
    return made


async def entered_async(stack: AsyncExitStack, made: Any) -> Any:
    """The session that a coroutine function is given: awaited and entered, where it must be."""
    if isawaitable(made):
        made = await made
    if isinstance(made, AbstractAsyncContextManager) and enters(made):
        return await stack.enter_async_context(made)
    if isinstance(made, AbstractContextManager) and enters(made):
        return stack.enter_context(made)
    return made


class ThreadLoops:
    """Calls a coroutine function to its end, on an event loop of the calling thread."""

    def __init__(
        self,
        opened: Callable[[], AbstractAsyncContextManager[Callable[[], Any]]],
        new_loop: Callable[[], asyncio.AbstractEventLoop] | None = None,
    ) -> None:
        self.opened, self.new_loop = opened, new_loop
        self.here = threading.local()
        self.all: list[tuple[asyncio.Runner, AsyncExitStack]] = []

    def __call__(self) -> Any:
        if not hasattr(self.here, "call"):
            runner, stack = asyncio.Runner(loop_factory=self.new_loop), AsyncExitStack()
            self.all.append((runner, stack))
            self.here.call = runner.run(stack.enter_async_context(self.opened()))
            self.here.runner = runner
        return self.here.runner.run(self.here.call())

    def close(self) -> None:
        """Close the sessions and loops of all threads, none of which may call any more."""
        for runner, stack in self.all:
            with runner:
                runner.run(stack.aclose())
