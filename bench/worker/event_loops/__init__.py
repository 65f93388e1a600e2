"""What it takes to watch an event loop: a file for each library, named as it is, with these functions."""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, Protocol, TypeVar, cast

T = TypeVar("T")

LIBRARIES = ("asyncio", "trio")


class EventLoop(Protocol):
    """An event loop's library."""

    def run(self, main: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        """The coroutine's result, from a loop of its own."""

    def sleep(self, seconds: float, /) -> Awaitable[None]:
        """Let other tasks run for that long, or once."""

    def in_thread(self, function: Callable[[], T], /) -> Awaitable[T]:
        """The function's result; meanwhile other tasks run."""

    def started(
        self, function: Callable[[], Awaitable[object]], /
    ) -> AbstractAsyncContextManager[Callable[[], bool]]:
        """A task of the function that runs meanwhile, as what tells whether it is over; awaited on leaving,
        with its exception."""


def of(library: str) -> EventLoop:
    """The functions for one of ``LIBRARIES``. Raises ImportError where it is not installed."""
    return cast(EventLoop, importlib.import_module(f"{__name__}.{library}"))
