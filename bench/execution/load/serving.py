"""A server with the user's application: started on loopback, observed from outside, ended with all its
processes."""

import contextlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeVar

import psutil

from bench.core.service import App, ServerSetup, ServiceCause
from bench.environment.interpreter import Host
from bench.execution.child_process import end_group, how_it_ended, last_telling_line
from bench.execution.ending import MARK
from bench.execution.load.http_client import ask_once
from bench.execution.services.starters import free_port
from bench.execution.watchdog import Watchdog
from bench.planning.server import SERVERS
from bench.worker.app_loading import SERVED
from bench.worker.procfs import cpu_seconds, proportional_memory, snapshot

STARTS_WITHIN_S = 20.0
ENDS_WITHIN_S = 1.0  # by itself, when asked to; then it is killed
POLL_S = 0.02
FIRST_PATIENCE_S = 1.0  # with an answer, before it is seen whether the server still runs; then twice that
LOG = "stderr"
Key = TypeVar("Key", bound=Hashable)


class ServerFailed(Exception):
    """A server did not start, or is gone: ``args`` are the cause and its detail."""

    def __init__(self, cause: ServiceCause, detail: str) -> None:
        super().__init__(cause, detail)
        self.cause, self.detail = cause, detail


@dataclass(frozen=True)
class Serving:
    """What it takes to start a server: the application and the interpreter that runs it."""

    app: App
    host: Host
    path: str  # PYTHONPATH of the server
    watchdog: Watchdog


class Used(NamedTuple):
    """Seconds so far."""

    cpu: dict[int, float]  # by process
    queued: dict[tuple[int, int], float]  # waiting for a core, by process and thread


@dataclass
class RunningServer:
    """A server that answers."""

    process: subprocess.Popen[bytes]
    port: int
    folder: str  # for its temporary files and for what is seen in it
    began: frozenset[int] = frozenset()  # its processes when it first answered

    def pids(self) -> list[int]:
        """Its processes now."""
        with contextlib.suppress(psutil.Error):
            main = psutil.Process(self.process.pid)
            return [each.pid for each in (main, *main.children(recursive=True)) if lives(each)]
        return []

    def listens(self) -> bool:
        """Whether one of its processes listens on its port."""
        for pid in self.pids():
            with contextlib.suppress(psutil.Error):
                for each in psutil.Process(pid).net_connections("tcp"):
                    if each.status == psutil.CONN_LISTEN and each.laddr.port == self.port:
                        return True
        return False

    def deaths(self) -> int:
        """How many of its first processes have ended."""
        return len(self.began - set(self.pids())) + (self.process.poll() is not None)

    def used(self) -> Used:
        """CPU time and waits for a core so far."""
        pids = self.pids()
        cpu = {pid: used for pid in pids if (used := cpu_seconds(pid)) is not None}
        try:
            return Used(cpu, {thread: times.waiting_ns / 1e9 for thread, times in snapshot(pids).items()})
        except ProcessLookupError:  # one has ended meanwhile, as is found out afterwards
            return Used(cpu, {})

    def memory(self) -> int | None:
        """Bytes of all its processes now, pages that they share divided among them."""
        return proportional_memory(self.pids())

    def last_words(self) -> str:
        """The last line of its log that says why."""
        with contextlib.suppress(OSError):
            return last_telling_line(Path(self.folder, LOG).read_bytes()[-4096:])
        return ""


def lives(process: psutil.Process) -> bool:
    """Whether a process has not ended; one that its parent has not looked after yet has."""
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


@contextmanager
def running(
    serving: Serving, setup: ServerSetup, request: bytes, *, watch: bool = False
) -> Iterator[RunningServer]:
    """A server with the application, once it answers the request; it is ended after the block.

    ``watch``: with a thread in the worker that writes down what it sees. Raises ServerFailed.
    """
    with serving.watchdog.temporary_folder("bench-serve-") as folder:
        port = free_port()
        with open(Path(folder, LOG), "wb") as log:
            process = serving.watchdog.start(
                command_of(serving, setup, port, watch=watch),
                env=environment_of(serving, setup, folder),
                cwd=serving.app.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        server = RunningServer(process, port, folder)
        try:
            wait_for(server, request)
            server.began = frozenset(server.pids())
            yield server
        finally:
            end(server, serving.watchdog)


def command_of(serving: Serving, setup: ServerSetup, port: int, *, watch: bool) -> list[str]:
    """The command that starts it."""
    module = "served_watched" if watch else "served_resized" if setup.pool else "served"
    target = f"bench.worker.{module}:app"
    words = SERVERS.get(setup.server).words(setup, serving.app.kind, target, port)
    return [serving.host.executable, "-P", "-m", *words]


def environment_of(serving: Serving, setup: ServerSetup, folder: str) -> Mapping[str, str]:
    """The environment of its processes."""
    app = serving.app
    served = {"target": app.target, "folder": app.folder, "pool": setup.pool, "watch": folder}
    return {
        **serving.watchdog.environment(),
        **serving.host.environment,
        "TMPDIR": folder,
        MARK: serving.watchdog.mark,
        "PYTHONPATH": serving.path,
        SERVED: json.dumps(served),
    }


def wait_for(server: RunningServer, request: bytes) -> None:
    """Wait until it answers. Raises ServerFailed."""
    deadline, patience = time.monotonic() + STARTS_WITHIN_S, FIRST_PATIENCE_S
    while time.monotonic() < deadline:
        code = server.process.poll()
        if code is not None:
            said = server.last_words()
            raise ServerFailed(ServiceCause.START, how_it_ended(code) + (f": {said}" if said else ""))
        try:
            ask_once(server.port, request, patience)
            if server.listens():  # and not another program, which took the port a moment ago
                return
        except TimeoutError:
            patience *= 2
        except (OSError, ValueError):
            pass
        time.sleep(POLL_S)
    raise ServerFailed(ServiceCause.START, f"it did not answer within {STARTS_WITHIN_S:.0f} s")


def end(server: RunningServer, watchdog: Watchdog) -> None:
    """Ask it to end, and then kill what is left of its process group."""
    with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
        server.process.send_signal(signal.SIGTERM)
        server.process.wait(ENDS_WITHIN_S)
    end_group(server.process, watchdog)


def python_path(links: str) -> str:
    """PYTHONPATH with this package first, and the user's own folders after it."""
    return os.pathsep.join(filter(None, [links, os.environ.get("PYTHONPATH", "")]))


def increase(before: Mapping[Key, float], after: Mapping[Key, float]) -> float | None:
    """Seconds between two looks, of what was there at both or began since; None: unknown."""
    return sum(value - before.get(key, 0.0) for key, value in after.items()) if before and after else None


def ask_all(server: RunningServer, requests: Sequence[bytes], longest_s: float) -> list[tuple[int, int]]:
    """Status and digest of the answer to each request, one after the other. Raises ServerFailed."""
    try:
        return [ask_once(server.port, request, longest_s)[:2] for request in requests]
    except (OSError, ValueError) as error:
        if server.deaths():
            raise ServerFailed(ServiceCause.DIED, server.last_words()) from None
        raise ServerFailed(ServiceCause.SILENT, str(error)) from None
