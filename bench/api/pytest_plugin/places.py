"""Where the calls of an assertion are observed: functions that another process can import in fresh processes,
others in the test's own."""

from __future__ import annotations

import fcntl
import json
import os
import pickle
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from bench.core.errors import UserError
from bench.environment.interpreter import Host
from bench.execution.cell import package_links
from bench.execution.child_process import Place, exchange
from bench.execution.run import hosts_of
from bench.execution.watchdog import Watchdog
from bench.planning.options import Options
from bench.worker.assertions import Call, Facts, observe

TIMEOUT_S = 60.0  # of one process
LOCK = "bench-concurrency.lock"
FRESH, OWN = "in fresh processes", "in the test's own process"

Observe = Callable[[str, Mapping[str, Any]], list[Facts]]
"""Observations for an assertion with its options."""


class Raised(Exception):
    """What the measured function raised, or why it could not be called."""


class Places:
    """The interpreters that assertions run on, and what their processes share."""

    def __init__(self, pythons: Sequence[str]) -> None:
        self.pythons = pythons
        self._stack = ExitStack()
        self._watchdog: Watchdog | None = None
        self._links = ""

    def of(self, calls: Sequence[Call]) -> Iterator[tuple[str, str, Observe]]:
        """For each interpreter its name ("" where it is the only one), where the calls are observed, and how.

        Raises UserError for an interpreter that is not there.
        """
        try:
            packed = [call.packed() for call in calls]
        except Exception:  # pickle raises whatever an object's own methods do
            packed = []
        if not packed or not self._imports(packed):
            yield "", OWN, lambda name, options: observed_here(name, calls, options)
            return
        for name, place in self._interpreters():
            yield name, FRESH, self._fresh(place, packed)

    def _fresh(self, place: Place, packed: Sequence[str]) -> Observe:
        def fresh(name: str, options: Mapping[str, Any]) -> list[Facts]:
            told = self._ask(place, name, packed, options)
            if "error" in told:
                raise Raised(told["error"])
            found: list[Facts] = told["found"]
            return found

        return fresh

    def _imports(self, packed: Sequence[str]) -> bool:
        """Whether a fresh process can import them all."""
        return "error" not in self._ask(self._own(), "importable", packed, {})

    def _ask(
        self, place: Place, name: str, packed: Sequence[str], options: Mapping[str, Any]
    ) -> dict[str, Any]:
        question = {"assertion": name, "path": sys.path, "calls": packed, "options": options}
        watchdog, _ = self._started()
        got = exchange(["bench.worker.assertion"], question, place, watchdog, TIMEOUT_S)
        if not got.line:
            return {"error": got.ended.why if got.ended else got.early_end()}
        answer: dict[str, Any] = json.loads(got.line)
        return answer

    def _started(self) -> tuple[Watchdog, str]:
        if self._watchdog is None:
            self._watchdog = self._stack.enter_context(Watchdog())
            self._links = self._stack.enter_context(package_links(self._watchdog))
        return self._watchdog, self._links

    def _own(self) -> Place:
        return Place(sys.executable, self._started()[1])

    def _interpreters(self) -> Iterator[tuple[str, Place]]:
        if not self.pythons:
            yield "", self._own()
            return
        _, links = self._started()
        hosts: list[Host] = hosts_of(Options(pythons=tuple(self.pythons)), links)
        for host in hosts:
            yield host.python.name, Place(host.executable, links, host.environment)

    def close(self) -> None:
        """End what the processes shared."""
        self._stack.close()


def observed_here(name: str, calls: Sequence[Call], options: Mapping[str, Any]) -> list[Facts]:
    """Observations in this process."""
    try:
        return observe(name, calls, options)
    except (UserError, pickle.PicklingError):
        raise
    except Exception as error:
        raise Raised(f"{type(error).__name__}: {error}") from error


@contextmanager
def alone_on_the_machine() -> Iterator[None]:
    """One assertion at a time, of all test sessions on this machine."""
    with open(os.path.join(tempfile.gettempdir(), LOCK), "a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
