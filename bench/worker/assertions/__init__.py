"""What the assertions of the pytest plug-in observe of a function: a file each, whose ``observe`` gives a
list of observations, each a value with the facts beside it. Standard library only.
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import inspect
import pickle
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Facts = dict[str, Any]
"""An observation: ``value`` (what is held against the bound) and facts that explain it."""


@dataclass(frozen=True)
class Call:
    """A function with its arguments."""

    function: Callable[..., Any]
    args: Sequence[Any] = ()
    named: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self) -> Any:
        return self.function(*self.args, **self.named)

    @property
    def is_async(self) -> bool:
        """Whether a call gives a coroutine, by the function or its ``__call__``."""
        of_object = getattr(type(self.function), "__call__", None)  # noqa: B004 - wanted itself
        return inspect.iscoroutinefunction(self.function) or inspect.iscoroutinefunction(of_object)

    def packed(self) -> str:
        """As text for another process. Raises what pickle raises where that cannot be."""
        return base64.b64encode(pickle.dumps(self)).decode()


def unpacked(text: str) -> Call:
    """The call that was packed. Imports its module."""
    call = pickle.loads(base64.b64decode(text))
    assert isinstance(call, Call)
    return call


def observe(assertion: str, calls: Sequence[Call], options: Mapping[str, Any]) -> list[Facts]:
    """Observations for an assertion, of several calls where it compares them. Not where a loop is running."""
    module = importlib.import_module(f"bench.worker.assertions.{assertion}")
    found: list[Facts] | Awaitable[list[Facts]] = module.observe(*calls, **options)
    return asyncio.run(_awaited(found)) if isinstance(found, Awaitable) else found


async def _awaited(found: Awaitable[list[Facts]]) -> list[Facts]:
    return await found


def repeated(call: Call, seconds: float) -> float:
    """Seconds per call, called again and again for that long, at least once."""
    if call.is_async:
        return asyncio.run(_repeated_async(call, seconds))
    begin = time.perf_counter()
    number = 0
    while True:
        call()
        number += 1
        if (took := time.perf_counter() - begin) >= seconds:
            return took / number


async def _repeated_async(call: Call, seconds: float) -> float:
    begin = time.perf_counter()
    number = 0
    while True:
        await call()
        number += 1
        if (took := time.perf_counter() - begin) >= seconds:
            return took / number


def in_threads(work: Callable[[], None], number: int) -> float:
    """Seconds that as many threads take, each doing the work once. Raises what one of them raised."""
    errors: list[BaseException] = []
    ready = threading.Barrier(number + 1)

    def run() -> None:
        ready.wait()
        try:
            work()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    ready.wait()
    begin = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - begin
    if errors:
        raise errors[0]
    return took


def run_in_thread(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in an event loop of its own, even where this thread has a running one."""
    result: list[Any] = []
    in_threads(lambda: result.append(asyncio.run(coroutine)), 1)
    return result[0]
