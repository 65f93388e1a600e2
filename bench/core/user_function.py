"""A function of the user's own as a workload: what ``advise`` measures."""

import json
import pickle
import zlib
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path
from typing import Any

from bench.core.code_loading import file_of, find, must_be_of_revision
from bench.core.errors import WrongResult
from bench.core.workload import Bound, Env, Flavour, Workload

SHOWN = 60  # characters of a result
SLOW_S = 0.5  # of a call: from here on none is spent on trying out and warming up
FEW_CALLS = 5_000  # below which none is spent so, either
WAITS, COMPUTES = 0.9, 0.1  # shares of waiting from which on a function is I/O-bound, up to which CPU-bound


@dataclass(frozen=True)
class Own(Workload):
    """A function of your own."""

    function: str = ""  # "/a/file.py:name" or "package.module:name"; "": there is an async one alone
    async_function: str = ""  # its async twin
    setup: str = ""  # called once in each worker; what it returns is the first argument
    args: str = "[]"  # JSON: a list of arguments, or an object of named ones
    folder: str = ""  # where modules are looked for
    seconds: float = 0.0  # that a call takes, by a first look
    waits: float = 0.0  # of these, so many waiting
    answer: str = ""  # what it returns, as a digest; "": not the same every time
    calls: int = 0  # at most so many in the whole run, after the first look
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
        arguments, named = self.arguments(self.find(self.setup)() if self.setup else None)
        if self.function:
            function = self.find(self.function)
            yield lambda: function(*arguments, **named)
            return
        import asyncio  # a blocking function does without it

        function = self.find(self.async_function)
        with asyncio.Runner() as loop:
            yield lambda: loop.run(function(*arguments, **named))

    @asynccontextmanager
    async def open_async(self, env: Env) -> AsyncIterator[Callable[[], Any]]:
        session = self.find(self.setup)() if self.setup else None
        arguments, named = self.arguments(await session if isawaitable(session) else session)
        function = self.find(self.async_function)
        yield lambda: function(*arguments, **named)

    def task(self, session: Callable[[], Any], i: int) -> Any:
        return session()

    async def task_async(self, session: Callable[[], Any], i: int) -> Any:
        return await session()

    def check(self, result: Any, i: int) -> int:
        found = digest(result)
        if self.answer and found != self.answer:
            shown = repr(result)
            clipped = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}..."
            raise WrongResult(f"it returned {clipped}, which is not what it returns alone")
        return int(found or "0", 16)

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
    try:
        return f"{zlib.crc32(pickle.dumps(result, 5)):08x}"
    except Exception:
        return ""
