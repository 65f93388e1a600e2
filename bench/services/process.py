"""Services as the session sees them: started, asked whether they live, ended on every way out."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.guard import Guard
from bench.launch import end_group, read_line
from bench.records import Scalar


class ServiceError(Exception):
    """A service could not be started, or is gone."""


@dataclass
class Service:
    """A service that runs. ``address`` is what workloads and the worker's questions need."""

    label: str
    address: dict[str, Scalar]
    alive: Callable[[], bool]
    close: Callable[[], None]


@dataclass
class Services:
    """The services of a run by name, started when first needed and again once if they die."""

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

    def _living(self, name: str) -> Service:
        service = self.running.get(name)
        if service is not None and service.alive():
            return service
        if service is not None:
            service.close()
            del self.running[name]
            if name in self.restarted:
                raise ServiceError(f"{service.label} ended twice")
            self.restarted.add(name)
        elif name in self.labels:
            raise ServiceError(f"{self.labels[name]} is gone")
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
    line = read_line(process.stdout.fileno(), 20)
    if not line:
        end_group(process, guard)
        raise ServiceError(f"{module} did not start")
    return process, json.loads(line)


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
