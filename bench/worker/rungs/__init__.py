"""The rungs of the cost ladder: ways to run a task that does nothing. What they run is the builtin ``abs``,
so that a pool process imports nothing for it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from itertools import repeat
from typing import Any

Doer = Callable[[int], Any]  # does it n times


@dataclass(frozen=True)
class Rung:
    """One way. Its functions are in a module of this package that is imported when they are measured, so that
    no rung pays for another's imports."""

    name: str
    model: str  # the runner whose idiom it is
    does: str  # "module.function"
    holds: str = ""  # "module.function", where idle ones take memory
    arguments: tuple[Any, ...] = ()  # of both
    held: int = 0  # the number held to measure the memory of one
    at_once: int = 1  # done in groups of so many
    python: tuple[int, int] = (3, 11)  # the first version that has it
    in_all: bool = True  # part of a default run, where time is short

    def open(self) -> AbstractContextManager[Doer]:
        """Start what the rung needs; yields a function that does it n times."""
        manager: AbstractContextManager[Doer] = _find(self.does)(*self.arguments)
        return manager

    def hold(self, n: int) -> AbstractContextManager[list[int]]:
        """Keep n alive; yields the ids of the processes in which they live."""
        manager: AbstractContextManager[list[int]] = _find(self.holds)(*self.arguments, n)
        return manager


def _find(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(import_module(f"{__name__}.{module}"), function)
    return found


def round_trips(submit: Callable[..., Any], **options: Any) -> Doer:
    """Submit a call and wait for its result, n times."""

    def do(n: int) -> None:
        for _ in repeat(None, n):
            submit(abs, 1, **options).result()

    return do


CHUNK = 64
MODULE = "asyncio"  # that a process needs: it imports a hundred others
PRELOADED = "forkserver, preloaded"
NEW = (3, 14)


def process_with(by: str) -> str:
    """Name of the rung of a process that needs ``MODULE``, which its parent has imported."""
    return f"a process with {MODULE} by {by}"


RUNGS = (
    Rung("a call", "sync", "loops.call"),
    Rung("await a coroutine", "asyncio", "loops.awaiting"),
    Rung("an asyncio task", "asyncio", "loops.task", "loops.hold_tasks", held=5000),
    Rung("asyncio.to_thread", "asyncio", "loops.to_thread"),
    Rung("thread pool, there and back", "threading", "threads.thread_pool"),
    Rung("a new thread", "threading", "threads.thread", "threads.hold_threads", held=400),
    Rung(
        "process pool, chunks of 64", "multiprocessing", "pools.in_chunks", arguments=(CHUNK,), at_once=CHUNK
    ),
    Rung("process pool, there and back", "multiprocessing", "pools.one_by_one"),
    *(
        Rung(
            f"a process by {by}",
            "multiprocessing",
            "processes.new",
            "processes.hold",
            (by, "", False),
            held=4,
        )
        for by in ("fork", "forkserver", "spawn")
    ),
    *(
        Rung(
            process_with(by),
            "multiprocessing",
            "processes.new",
            "processes.hold",
            (by.partition(",")[0], MODULE, by == PRELOADED),
            held=4,
            in_all=False,
        )
        for by in ("fork", PRELOADED, "forkserver", "spawn")
    ),
    Rung("a Dask task, there and back", "dask", "clusters.dask_task"),
    Rung("interpreter pool, there and back", "interpreters", "interpreters.pool", python=NEW),
    Rung("an interpreter", "interpreters", "interpreters.new", "interpreters.hold", held=8, python=NEW),
)
