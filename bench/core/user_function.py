"""A function of the user's own as a workload: what ``advise`` measures."""

import json
import os
import pickle
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from bench.core.code_loading import file_of, find, must_be_of_revision
from bench.core.errors import WrongResult
from bench.core.user_session import entered, entered_async
from bench.core.workload import Bound, Env, Flavour, Workload

SHOWN = 60  # characters of a result
SLOW_S = 0.5  # of a call: from here on none is spent on trying out and warming up
FEW_CALLS = 5_000  # below which none is spent so, either
WAITS, COMPUTES = 0.9, 0.1  # shares of waiting from which on a function is I/O-bound, up to which CPU-bound
SAMPLE = frozenset({0, 100, 10_000, 1_000_000})  # tasks whose results are kept where they are larger
MOST_COPIES = 5
SMALL_BYTES = 1024  # of a pickled result: so small, all of a batch are kept until it is over
_first: dict[int, str] = {}  # digest of the first result of each process, where those are compared within one


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
    folder: str = ""  # where modules are looked for
    seconds: float = 0.0  # that a call takes, by a first look
    waits: float = 0.0  # of these, so many waiting
    cpu: float = 0.0  # seconds of CPU that a call takes in all its threads and child processes
    children: float = 0.0  # of these, in child processes
    first: float = 0.0  # seconds of the first call
    held: float = 0.0  # seconds for which a call of the async function holds its loop
    loop_line: str = ""  # "/a/file.py:12 in name": where it was most of these
    gil_share: float = -1.0  # of a call's time in which another thread waits for the GIL; below 0: not known
    gil_line: str = ""  # where it was when another thread waited for the GIL
    executor: int = 0  # threads of the loop's default executor, if it hands anything to that
    anyio: bool = False  # whether its process has loaded anyio
    group: int = 1  # calls that are one task, since one alone would be too short
    answer: str = ""  # what it returns, as a digest; "": not known, or not the same every time
    result_bytes: int = 0  # of what it returns, pickled
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
    def open(self, env: Env) -> Iterator[Callable[[], Any]]:
        if not self.function:
            from bench.core.thread_loops import ThreadLoops  # asyncio: a blocking function does without

            with closing(ThreadLoops(lambda: self.open_async(env))) as call:
                yield call
            return
        with ExitStack() as stack:
            session = entered(stack, self.find(self.setup)()) if self.setup else None
            function, (arguments, named) = self.find(self.function), self.arguments(session)
            yield lambda: function(*arguments, **named)

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Callable[[], Any]]:
        async with AsyncExitStack() as stack:
            session = await entered_async(stack, self.find(self.setup)()) if self.setup else None
            arguments, named = self.arguments(session)
            function = self.find(self.async_function)
            yield lambda: function(*arguments, **named)

    def task(self, session: Callable[[], Any], i: int) -> Any:
        for _ in range(self.group - 1):
            session()
        result = session()
        return (os.getpid(), result) if self.compared == Compared.WITHIN_PROCESS else result

    async def task_async(self, session: Callable[[], Any], i: int) -> Any:
        for _ in range(self.group - 1):
            await session()
        result = await session()
        return (os.getpid(), result) if self.compared == Compared.WITHIN_PROCESS else result

    def check(self, result: Any, i: int) -> int | Callable[[], int]:
        """After the batch: all results that are small, else those of some tasks, which have to be kept."""
        if self.compared == Compared.NONE:
            return 0
        if self.result_bytes <= SMALL_BYTES or i in SAMPLE:
            return partial(self.compare, result)
        return int(self.answer or "0", 16)

    def compare(self, result: Any) -> int:
        """The result as a number. Raises WrongResult for another than the function returns alone, or than it
        returned first in the same process."""
        within = self.compared == Compared.WITHIN_PROCESS
        pid, returned = result if within else (0, result)
        found = digest(returned)
        right = _first.setdefault(pid, found) if within else self.answer
        if right and found != right:
            shown = repr(returned)
            clipped = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
            which = "it returned before in the same process" if within else "it returns alone"
            raise WrongResult(f"it returned {clipped}, which is not what {which}")
        return 0 if within else int(found or "0", 16)

    def arguments(self, session: Any) -> tuple[list[Any], dict[str, Any]]:
        """Positional and named; the session comes first, if there is one."""
        given = json.loads(self.args)
        first = [session] if self.setup else []
        return (first, given) if isinstance(given, dict) else ([*first, *given], {})

    def find(self, target: str) -> Callable[..., Any]:
        """The function of that name. Raises ImportError or AttributeError, and whatever its module does."""
        function: Callable[..., Any] = find(target, self.folder)
        return function


def digest(result: Any) -> str:
    """A result as a few hexadecimal digits; "" where it cannot be pickled, and so not compared."""
    return digest_and_size(result)[0]


def digest_and_size(result: Any) -> tuple[str, int]:
    """The digest, and the bytes of the pickle that it is made of: that of a copy of a copy, until copying
    changes it no more, as it does with arrays that are parts of others; of a set, in order."""
    try:
        if isinstance(result, set | frozenset):
            result = sorted(pickle.dumps(each, 5) for each in result)
        pickled = pickle.dumps(result, 5)
        for _ in range(MOST_COPIES):
            before, pickled = pickled, pickle.dumps(pickle.loads(pickled), 5)
            if before == pickled:
                break
    except Exception:
        return "", 0
    return f"{zlib.crc32(pickled):08x}", len(pickled)
