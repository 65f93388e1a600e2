"""Services as the session sees them: started, asked whether they answer, ended on every way out."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import psutil

from bench.core.records import Scalar
from bench.execution.child_process import end_group, how_it_ended, read_line
from bench.execution.watchdog import Guard
from bench.worker.services import read

ANSWERS_WITHIN_S = 5.0
DIES_WITHIN_S = 0.1
SILENT = "does not answer"


class ServiceError(Exception):
    """A service could not be started, or is gone."""


@dataclass
class Service:
    """A service that runs. ``address`` is what workloads and the worker's questions need."""

    label: str
    address: dict[str, Scalar]
    gone: Callable[[], str]  # what the system knows of it: "was killed by SIGKILL"; "": it runs
    asked: Callable[[], str]  # why it is of no use, by a question to it; "": it answers
    close: Callable[[], None]
    ours: bool = True  # False: the user's own, never started again from here

    def trouble(self) -> str:
        """Why it is of no use; "": it answers."""
        why = self.gone() or self.asked()
        if why:
            time.sleep(DIES_WITHIN_S)  # what is killed closes its doors before the system says so
        return why and (self.gone() or why)


@dataclass
class Services:
    """The services of a run by name, started when first needed and again once if they fail."""

    starters: dict[str, Callable[[], Service]]
    running: dict[str, Service] = field(default_factory=dict)
    restarted: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)

    def addresses(self, names: tuple[str, ...]) -> dict[str, dict[str, Scalar]]:
        """Where the named services are. Raises ServiceError when one is gone for good."""
        return {name: self._living(name).address for name in names}

    def generations(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """How often each was started again: what it was filled with is gone then."""
        return tuple(int(name in self.restarted) for name in names)

    def gone(self, names: tuple[str, ...]) -> str:
        """Which of them has ended or is stopped, as far as the system knows; "": none."""
        return self._first(names, lambda service: service.gone())

    def trouble(self, names: tuple[str, ...]) -> str:
        """Which of them is of no use now; "": all answer."""
        return self._first(names, lambda service: service.trouble())

    def _first(self, names: tuple[str, ...], look: Callable[[Service], str]) -> str:
        found = ((name, look(self.running[name])) for name in names if name in self.running)
        return next((f"the {name} server {why}" for name, why in found if why), "")

    def _living(self, name: str) -> Service:
        service = self.running.get(name)
        if service is not None:
            why = service.trouble()
            if not why:
                return service
            if not service.ours:
                raise ServiceError(f"{service.label} {why}")
            service.close()
            del self.running[name]
            if name in self.restarted:
                raise ServiceError(
                    f"{service.label} {why}, for the second time: it is not available any more"
                )
            self.restarted.add(name)
        elif name in self.labels:
            raise ServiceError(f"{self.labels[name]} is not available any more")
        self.running[name] = started = self.starters[name]()
        self.labels[name] = started.label
        return started

    def close(self) -> list[str]:
        """End them all; what could not be put in order comes back as sentences."""
        complaints = []
        while self.running:
            try:
                self.running.popitem()[1].close()
            except ServiceError as error:
                complaints.append(str(error))
        return complaints


def guarded(guard: Guard, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that the guard knows of. Raises ServiceError where it cannot be started."""
    try:
        return guard.start(command, **options)
    except OSError as error:
        raise ServiceError(f"{command[0]} cannot be started: {error.strerror}") from None


def start_own(module: str, guard: Guard) -> tuple[subprocess.Popen[bytes], dict[str, Scalar]]:
    """Start a service of this package; it announces its ports, and ends when its standard input closes."""
    process = guarded(
        guard, [sys.executable, "-P", "-m", module], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        return process, json.loads(read_line(process.stdout.fileno(), 20) or b"")
    except ValueError:
        end_group(process, guard)
        raise ServiceError(f"{module} did not start") from None


def gone(process: subprocess.Popen[bytes]) -> str:
    """What the system knows of a service's process: how it ended, or that it is stopped; "": it runs."""
    code = process.poll()
    if code is not None:
        return how_it_ended(code)
    with contextlib.suppress(psutil.Error):
        if psutil.Process(process.pid).status() == psutil.STATUS_STOPPED:
            return "is stopped (SIGSTOP)"
    return ""


def asked(address: Mapping[str, Scalar]) -> str:
    """What a service of this package says of itself, if it is nothing good."""
    try:
        return read(address, ANSWERS_WITHIN_S).refusal()
    except (OSError, ValueError, KeyError):
        return SILENT


def closer(process: subprocess.Popen[bytes], guard: Guard) -> Callable[[], None]:
    """What ends a service of this package: kindly, then surely."""

    def close() -> None:
        assert process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)
        end_group(process, guard)

    return close
