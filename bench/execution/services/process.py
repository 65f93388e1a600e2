"""Services of a run: started when needed, checked for answers, ended on every way out."""

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import psutil

from bench.core.cell import Scalar
from bench.execution.child_process import end_group, how_it_ended
from bench.execution.watchdog import PACKAGE_ROOT, Watchdog
from bench.worker.services import read

STARTS_WITHIN_S = 20.0
ANSWERS_WITHIN_S = 5.0
DIES_WITHIN_S = 0.1
SILENT = "does not answer"


class ServiceError(Exception):
    """A service could not be started, or is gone. ``advice``: what to do about it."""

    def __init__(self, said: str, advice: str = "start it") -> None:
        super().__init__(said)
        self.advice = advice


@dataclass
class Service:
    """A running service. ``address``: what workloads and the worker need to reach it."""

    label: str
    address: dict[str, Scalar]
    silence: Callable[[], str]  # what is wrong by its own account; "": it answers
    close: Callable[[], None]
    process: subprocess.Popen[bytes] | None = None  # None: the user's own, never started again from here

    def gone(self) -> str:
        """How its process ended, or that it is stopped, as the system knows it; "": it runs."""
        if self.process is None:
            return ""
        code = self.process.poll()
        if code is not None:
            return how_it_ended(code)
        with contextlib.suppress(psutil.Error):
            if psutil.Process(self.process.pid).status() == psutil.STATUS_STOPPED:
                return "is stopped (SIGSTOP)"
        return ""

    def trouble(self) -> str:
        """Why it cannot be used; "": it answers."""
        why = self.gone() or self.silence()
        if why:
            time.sleep(DIES_WITHIN_S)  # a killed process closes its ports before the system reports its end
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
        """How often each was started again, which loses the data that it was filled with."""
        return tuple(int(name in self.restarted) for name in names)

    def gone(self, names: tuple[str, ...]) -> str:
        """Which of them has ended or is stopped, as far as the system knows; "": none."""
        return self._first(names, Service.gone)

    def trouble(self, names: tuple[str, ...]) -> str:
        """Which of them cannot be used now, and why; "": all answer."""
        return self._first(names, Service.trouble)

    def _first(self, names: tuple[str, ...], problem: Callable[[Service], str]) -> str:
        found = ((name, problem(self.running[name])) for name in names if name in self.running)
        return next((f"the {name} server {why}" for name, why in found if why), "")

    def _living(self, name: str) -> Service:
        service = self.running.get(name)
        if service is not None:
            why = service.trouble()
            if not why:
                return service
            if service.process is None:
                raise ServiceError(f"{service.label} {why}")
            service.close()
            del self.running[name]
            if name in self.restarted:
                raise ServiceError(f"{service.label} {why}, for the second time, and is no longer available")
            self.restarted.add(name)
        elif name in self.labels:
            raise ServiceError(f"{self.labels[name]} is no longer available")
        self.running[name] = started = self.starters[name]()
        self.labels[name] = started.label
        return started

    def close(self) -> list[str]:
        """End them all. What could not be tidied up is returned as sentences."""
        complaints = []
        while self.running:
            try:
                self.running.popitem()[1].close()
            except ServiceError as error:
                complaints.append(str(error))
        return complaints


def start_watched(watchdog: Watchdog, command: list[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that the watchdog knows of. Raises ServiceError where it cannot be started."""
    try:
        return watchdog.start(command, **options)
    except OSError as error:
        raise ServiceError(f"{command[0]} cannot be started: {error.strerror}") from None


def package_service(module: str, label: str, watchdog: Watchdog, **address: str) -> Service:
    """Start a service of this package; it announces its ports, which go into the address, and ends when its
    standard input closes."""
    environment = watchdog.environment()
    path = [PACKAGE_ROOT, environment.get("PYTHONPATH", "")]  # the package need not be installed
    process = start_watched(
        watchdog,
        [sys.executable, "-P", "-m", module],
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, path))},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    stdin, stdout = process.stdin, process.stdout
    try:
        announced = select.select([stdout], [], [], STARTS_WITHIN_S)[0]
        ports = json.loads(stdout.readline() if announced else b"")
    except ValueError:
        end_group(process, watchdog)
        stdout.close()
        raise ServiceError(f"{module} did not start") from None
    where: dict[str, Scalar] = {name: text.format(**ports) for name, text in address.items()}
    where["control"] = ports["control"]

    def silence() -> str:
        try:
            return read(where, ANSWERS_WITHIN_S).refusal()
        except (OSError, ValueError, KeyError):
            return SILENT

    def close() -> None:
        with contextlib.suppress(BrokenPipeError):
            stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(2)
        end_group(process, watchdog)
        stdout.close()

    return Service(label, where, silence, close, process)
