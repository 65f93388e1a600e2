"""The session of a function: what ``--setup`` gives, awaited and entered where it must be."""

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
