"""Where the calls of an assertion are observed: functions that another process can import in fresh processes,
others in the test's own."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property, partial
from typing import Any

from bench.api.pytest_plugin.judge import Observe
from bench.core.errors import UserError
from bench.core.file_lock import lock
from bench.core.runner import gil_enabled
from bench.environment.discovery import installed, resolve, with_distinct_names
from bench.environment.interpreter import Host, ask
from bench.execution.cell import package_links
from bench.execution.child_process import Place, exchange
from bench.execution.watchdog import Watchdog
from bench.worker.assertions import Call, Facts, in_own_thread, observe

TIMEOUT_S = 60.0  # of one process
LOCK = "bench-concurrency.lock"
FRESH, OWN = "in fresh processes", "in the test's own process"


class Raised(Exception):
    """What the measured function raised, or why it could not be called."""


class NotImportable(Exception):
    """A fresh process cannot import the calls."""


class Places:
    """The interpreters that assertions run on, and what their processes share."""

    def __init__(self, pythons: Sequence[str]) -> None:
        self.pythons = pythons
        self._stack = ExitStack()
        self._watchdog: Watchdog | None = None
        self._links = ""

    def fresh(
        self, calls: Sequence[Call], *, also_without_gil: bool = False
    ) -> Iterator[tuple[str, Observe]]:
        """For each interpreter its name ("" for the test's own), and how the calls are observed in fresh
        processes of it. A free-threaded build that can import them is added if asked for, unless the user
        named interpreters.

        Raises UserError for an interpreter that is not there, NotImportable where no fresh process of the
        test's own can import the calls; so does observing.
        """
        try:
            packed = [call.packed() for call in calls]
        except Exception as error:  # pickle raises whatever an object's own methods do
            raise NotImportable(str(error)) from error
        if self.pythons:
            if not self._imports(self._own(), packed):
                raise NotImportable
            for host in self._named:
                yield host.python.name, partial(self._observed, self._place(host), packed)
            return
        yield "", partial(self._observed, self._own(), packed)
        if also_without_gil and (free := self._without_gil) is not None:
            place = self._place(free)
            if self._imports(place, packed):
                yield free.python.name, partial(self._observed, place, packed)

    def _observed(
        self, place: Place, packed: Sequence[str], name: str, options: Mapping[str, Any]
    ) -> list[Facts]:
        told = self._ask(place, name, packed, options)
        if "error" in told:
            raise (Raised if told["imported"] or self.pythons else NotImportable)(told["error"])
        found: list[Facts] = told["found"]
        return found

    def _imports(self, place: Place, packed: Sequence[str]) -> bool:
        """Whether a fresh process can import them all."""
        return "error" not in self._ask(place, "importable", packed, {})

    def _ask(
        self, place: Place, name: str, packed: Sequence[str], options: Mapping[str, Any]
    ) -> dict[str, Any]:
        question = {"assertion": name, "path": sys.path, "calls": packed, "options": options}
        watchdog, _ = self._started()
        got = exchange(["bench.worker.assertion"], question, place, watchdog, TIMEOUT_S)
        if not got.line:
            return {"error": got.ended.why if got.ended else got.early_end(), "imported": True}
        answer: dict[str, Any] = json.loads(got.line)
        return answer

    def _started(self) -> tuple[Watchdog, str]:
        if self._watchdog is None:
            self._watchdog = self._stack.enter_context(Watchdog())
            self._links = self._stack.enter_context(package_links(self._watchdog))
        return self._watchdog, self._links

    def _own(self) -> Place:
        return Place(sys.executable, self._started()[1])

    def _place(self, host: Host) -> Place:
        return Place(host.executable, self._started()[1], host.environment)

    @cached_property
    def _named(self) -> list[Host]:
        """The interpreters that the user named, and no others beside them."""
        describe = partial(ask, links=self._started()[1])
        return with_distinct_names([resolve(text, describe) for text in self.pythons])

    @cached_property
    def _without_gil(self) -> Host | None:
        """A free-threaded build: of this version, else the newest; None where there is none or it is this."""
        own = f"{sys.version_info.major}.{sys.version_info.minor}t"
        if not gil_enabled():
            return None
        others = [name for name, _ in reversed(installed()) if name.endswith("t") and name != own]
        for name in (own, *others):
            with suppress(UserError):
                host = resolve(name, partial(ask, links=self._started()[1]))
                if not host.python.gil:
                    return host
        return None

    def close(self) -> None:
        """End what the processes shared."""
        self._stack.close()


def observed_here(calls: Sequence[Call], name: str, options: Mapping[str, Any]) -> list[Facts]:
    """Observations in this process. Coroutines get loops of their own, in a thread that has none: the test's
    may be running one."""
    look = partial(observe, name, calls, options)
    try:
        return in_own_thread(look) if any(call.is_async for call in calls) else look()
    except Exception as error:
        raise Raised(f"{type(error).__name__}: {error}") from error


@contextmanager
def alone_on_the_machine() -> Iterator[None]:
    """One assertion at a time, of all test sessions on this machine."""
    path = os.path.join(tempfile.gettempdir(), LOCK)
    try:
        descriptor = os.open(path, os.O_RDONLY)  # it may be another user's
    except FileNotFoundError:
        descriptor = os.open(path, os.O_RDONLY | os.O_CREAT, 0o644)
    with os.fdopen(descriptor) as file:
        lock(file)
        yield
