"""A function of the user's own as a workload: what ``advise`` measures."""

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from bench.core.code_loading import file_of, find, must_be_of_revision
from bench.core.digest import digest
from bench.core.errors import WrongResult
from bench.core.inputs import CallsInTurn, Given, parse, read_inputs
from bench.core.user_session import entered, entered_async
from bench.core.workload import Bound, Env, Flavour, Workload

SHOWN = 60  # characters of a result
SLOW_S = 0.5  # of a call: from here on none is spent on trying out and warming up
FEW_CALLS = 5_000  # below which none is spent so, either
WAITS, COMPUTES = 0.9, 0.1  # shares of waiting from which on a function is I/O-bound, up to which CPU-bound
COLD, COLD_S = 20, 5e-3  # the first call, at least: by the later ones, and in seconds
SAMPLE = frozenset({0, 100, 10_000, 1_000_000})  # tasks whose results are kept where they are larger
SMALL_BYTES = 1024  # of a pickled result: so small, all of a batch are kept until it is over
# Digest of the first result of each process and input, where those are compared within a process.
_first: dict[tuple[int, int], str] = {}


class Compared(StrEnum):
    """Which results of a function must be alike."""

    ALL = "all"
    WITHIN_PROCESS = "within a process"  # they differ from one process to the next
    NONE = "none"  # they differ from call to call, alone


@dataclass(frozen=True)
class Own(Workload):
    """A function of your own."""

    function: str = ""  # "/a/file.py:name" or "package.module:name"; "": there is an async one alone
    async_function: str = ""  # its async twin
    setup: str = ""  # called once in each worker; what it returns, or its context, is the first argument
    args: str = "[]"  # JSON: a list of arguments, or an object of named ones
    inputs: str = ""  # file with the arguments of several calls, which are made in turn; instead of args
    number: int = 1  # of inputs
    folder: str = ""  # where modules are looked for
    seconds: float = 0.0  # that a call takes, by a first look
    waits: float = 0.0  # of these, so many waiting
    cpu: float = 0.0  # seconds of CPU that a call takes in all its threads and child processes
    children: float = 0.0  # of these, in child processes
    spins: bool = False  # whether threads of a library spin when it is over, whose CPU time is not in ``cpu``
    first: float = 0.0  # seconds of the first call
    held: float = 0.0  # seconds for which a call of the async function holds its loop
    loop_line: str = ""  # "/a/file.py:12 in name": where it was most of these
    gil_share: float = -1.0  # of a call's time in which another thread waits for the GIL; below 0: not known
    gil_line: str = ""  # where it was when another thread waited for the GIL
    bound_session: bool = False  # its session works in the thread alone that made it
    executor: int = 0  # threads of the loop's default executor, if it hands anything to that
    anyio: bool = False  # whether it hands anything to anyio's threads
    group: int = 1  # calls that are one task, since one alone would be too short
    answer: str = ""  # what it returns for each input, as digests; "": not known, or not always the same
    result_bytes: int = 0  # of what it returns, pickled
    argument_bytes: int = 0  # of an input, with the session, pickled; 0: not known; -1: it cannot be
    cached: bool = False  # whether functools has given it a cache
    changes: bool = False  # whether a call changes its arguments
    compared: str = Compared.ALL
    calls: int = 0  # at most so many in the whole run; after the first look, so many tasks
    budget_s: float = 0.0  # of the whole run; 0: none

    name = "own"
    family = "own"
    unproven = True

    def title(self) -> str:
        where, _, name = (self.function or self.async_function).rpartition(":")
        return f"{Path(where).stem if where.endswith('.py') else where}.{name}"

    @property
    def bound(self) -> Bound:  # type: ignore[override]  # what others state, this one finds out
        share = self.waits / self.seconds if self.seconds else 0.5
        return "io" if share > WAITS else "cpu" if share < COMPUTES else "mixed"

    @property
    def flavours(self) -> frozenset[Flavour]:  # type: ignore[override]  # as above
        return frozenset({"sync", "asyncio"}) if self.async_function else frozenset({"sync"})

    @property
    def dear(self) -> bool:  # type: ignore[override]  # as above
        return self.seconds >= SLOW_S or 0 < self.calls < FEW_CALLS

    @cached_property
    def given(self) -> list[Given]:
        """The arguments of each input. Raises OSError and ValueError, as ``read_inputs`` does."""
        return read_inputs(Path(self.inputs)) if self.inputs else [parse(self.args, "args")]

    @property
    def round(self) -> int:
        return self.number

    @cached_property
    def answers(self) -> list[str]:
        """The digest of each input's result, or ""."""
        return self.answer.split() or [""] * self.round

    @property
    def first_is_cold(self) -> bool:
        """Whether the first call took many times as long as the later ones."""
        return self.first >= COLD_S and self.first >= COLD * self.seconds / self.group

    @property
    def is_cached(self) -> bool:
        """Whether later calls look up what the first one found."""
        return self.cached and self.first_is_cold and self.group > 1

    @property
    def uses_pool(self) -> bool:
        """Whether it hands its calls to a pool of threads that has a limit."""
        return self.anyio or self.executor > 0

    @property
    def wait(self) -> float:
        return self.waits

    def files(self) -> list[str]:
        targets = filter(None, (self.function, self.async_function, self.setup))
        return [file_of(target, self.folder) for target in targets]

    @classmethod
    def parameters(cls) -> tuple[()]:
        """None that name a variant: they are what it is."""
        return ()

    def configure(self, env: Env) -> None:
        for target in filter(None, (self.function, self.async_function, self.setup)):
            self.find(target)
        for target in filter(None, (self.function, self.async_function)):
            must_be_of_revision(target)

    @contextmanager
    def open(self, env: Env) -> Iterator[Callable[[int], Any]]:
        if not self.function:
            from bench.core.thread_loops import ThreadLoops  # asyncio: a blocking function does without

            with closing(ThreadLoops(lambda: self.open_async(env))) as call:
                yield call
            return
        with ExitStack() as stack:
            session = entered(stack, self.find(self.setup)()) if self.setup else None
            yield self.in_turn(self.function, session)

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Callable[[int], Any]]:
        async with AsyncExitStack() as stack:
            session = await entered_async(stack, self.find(self.setup)()) if self.setup else None
            yield self.in_turn(self.async_function, session)

    def of_task(self, session: CallsInTurn, i: int) -> CallsInTurn:
        return CallsInTurn([session.all[i % self.round]])

    def task(self, session: Callable[[int], Any], i: int) -> Any:
        for number in range(i * self.group, (i + 1) * self.group):
            result = session(number)
        return (os.getpid(), result) if self.compared == Compared.WITHIN_PROCESS else result

    async def task_async(self, session: Callable[[int], Any], i: int) -> Any:
        for number in range(i * self.group, (i + 1) * self.group):
            result = await session(number)
        return (os.getpid(), result) if self.compared == Compared.WITHIN_PROCESS else result

    def check(self, result: Any, i: int) -> int | Callable[[], int]:
        """After the batch: all results that are small, else those of some tasks, which have to be kept."""
        if self.compared == Compared.NONE:
            return 0
        if self.result_bytes <= SMALL_BYTES or i in SAMPLE:
            return partial(self.compare, result, i)
        return int(self.answers[self.input_of(i)] or "0", 16)

    def input_of(self, i: int) -> int:
        """The number of the input whose result is that of the task."""
        return ((i + 1) * self.group - 1) % self.round

    def compare(self, result: Any, i: int = 0) -> int:
        """The result as a number. Raises WrongResult for another than the function returns alone, or than it
        returned first in the same process."""
        which = self.input_of(i)
        within = self.compared == Compared.WITHIN_PROCESS
        pid, returned = result if within else (0, result)
        found = digest(returned)
        right = _first.setdefault((pid, which), found) if within else self.answers[which]
        if right and found != right:
            shown = repr(returned)
            clipped = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
            usual = "it returned before in the same process" if within else "it returns alone"
            given = f" for input {which + 1}" if self.round > 1 else ""
            raise WrongResult(f"it returned {clipped}{given}, which is not what {usual}")
        return 0 if within else int(found or "0", 16)

    def in_turn(self, target: str, session: Any) -> CallsInTurn:
        """The function with each of its inputs; the session comes first, if there is one."""
        function, first = self.find(target), [session] if self.setup else []
        return CallsInTurn(
            [
                partial(function, *first, **given)
                if isinstance(given, dict)
                else partial(function, *first, *given)
                for given in self.given
            ]
        )

    def find(self, target: str) -> Callable[..., Any]:
        """The function of that name. Raises ImportError or AttributeError, and whatever its module does."""
        function: Callable[..., Any] = find(target, self.folder)
        return function
