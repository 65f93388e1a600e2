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
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, TypeVar

from bench.core.run_queue import RunQueue
from bench.worker import event_loops

T = TypeVar("T")

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

    def result(self) -> Any:
        """What it returns; a coroutine's result, from a loop of its own."""
        return asyncio.run(self()) if self.is_async else self()

    def packed(self) -> str:
        """As text for another process. Raises what pickle raises where that cannot be, and TypeError for an
        object's method, which would be a copy's there."""
        if not isinstance(getattr(self.function, "__self__", None), ModuleType | type | None):
            raise TypeError(f"{self.function!r} is a method of an object")
        return base64.b64encode(pickle.dumps(self)).decode()


def unpacked(text: str) -> Call:
    """The call that was packed. Imports its module."""
    call = pickle.loads(base64.b64decode(text))
    assert isinstance(call, Call)
    return call


def observe(assertion: str, calls: Sequence[Call], options: Mapping[str, Any]) -> list[Facts]:
    """Observations for an assertion, of several calls where it compares them. Not where a loop is running."""
    module = importlib.import_module(f"bench.worker.assertions.{assertion}")
    found: list[Facts] | Coroutine[Any, Any, list[Facts]] = module.observe(*calls, **options)
    if not isinstance(found, Coroutine):
        return found
    coroutine = found
    return event_loops.of(options.get("library", "asyncio")).run(lambda: coroutine)


def repeated(call: Call, seconds: float) -> float:
    """Seconds per call, called again and again for that long, at least once; without those in which this
    thread waited for a core."""
    if call.is_async:
        return asyncio.run(_repeated_async(call, seconds))
    number = 0
    with RunQueue() as queue:
        queued, begin = queue.waited_ns(), time.perf_counter()
        while True:
            call()
            number += 1
            if (took := time.perf_counter() - begin) >= seconds:
                return (took - (queue.waited_ns() - queued) / 1e9) / number


async def _repeated_async(call: Call, seconds: float) -> float:
    number = 0
    with RunQueue() as queue:
        queued, begin = queue.waited_ns(), time.perf_counter()
        while True:
            await call()
            number += 1
            if (took := time.perf_counter() - begin) >= seconds:
                return (took - (queue.waited_ns() - queued) / 1e9) / number


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


def in_own_thread(function: Callable[[], T]) -> T:
    """The function's result, from a thread of its own, where no event loop runs."""
    results: list[T] = []
    in_threads(lambda: results.append(function()), 1)
    return results[0]
