"""One cell, one fresh process: hand it the request, and make a record of what it gives."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import msgspec

import bench
import workloads
from bench.core.credentials import hidden
from bench.core.records import Failure, Observation
from bench.core.sanitize import one_line
from bench.environment.interpreter import Host
from bench.execution.child_process import Answer, Look, exchange
from bench.execution.watchdog import Guard
from bench.storage.validation import impossible
from bench.worker.request import Request

LONGEST_REASON = 1000  # characters
POOL_BROKE = ("BrokenProcessPool", "BrokenExecutor")  # what a pool says, its process said on standard error


class _Failed(msgspec.Struct):
    stage: str
    reason: str


class _Told(msgspec.Struct):
    """A worker's answer: one of the two."""

    observation: Observation | None = None
    failure: _Failed | None = None


@contextmanager
def package_links(guard: Guard) -> Iterator[str]:
    """A folder with links to ``bench`` and ``workloads`` alone, for the measured interpreter's path."""
    with guard.temporary_folder("bench-") as folder:
        for package in (bench, workloads):
            os.symlink(Path(str(package.__file__)).parent, Path(folder, package.__name__))
        yield folder


def run_cell(
    request: Request, host: Host, links: str, guard: Guard, timeout: float, look: Look = lambda pid: ""
) -> Observation | Failure:
    """Measure one cell in a process of its own. Whatever goes wrong there is a Failure, never raised."""
    module = ["bench.worker", request.cell.runner]
    began = time.monotonic()
    try:
        got = exchange(module, asdict(request), host, links, guard, timeout, look)
    except OSError as error:
        return failure(request, "start", f"{host.executable} cannot be started: {error.strerror}")
    return understand(got, request, time.monotonic() - began)


def understand(got: Answer, request: Request, lived_s: float = float("inf")) -> Observation | Failure:
    """What a worker gave, as a record. ``lived_s``: seconds that its process lived."""
    stage = got.stage or "process"
    if not got.line:
        ended = f"{got.ended}; it was ended" if got.ended else how_it_ended(got.code, got.stderr)
        return failure(request, stage, ended)
    try:
        told = msgspec.json.decode(got.line, type=_Told)
    except (ValueError, RecursionError) as error:
        return failure(request, "process", f"its answer is no observation: {error}")
    if told.failure is not None:
        reason = told.failure.reason
        if got.stderr and any(name in reason for name in POOL_BROKE):
            reason += f" ({got.stderr})"
        return failure(request, told.failure.stage, reason)
    seen = told.observation
    if seen is None or (seen.block, seen.key) != (request.block, request.cell.key):
        return failure(request, "process", "its answer is no observation of this cell")
    wrong, stage = impossible(seen, request.cell), "process"  # what is saved can be read again
    if not wrong and seen.wall_s > lived_s:
        stage = "batch"
        wrong = (
            f"its batch took {seen.wall_s:.3g} s by its own clock, and its process lived {lived_s:.3g} s:"
            " the clock was tampered with"
        )
    return failure(request, stage, f"its answer cannot be: {wrong}") if wrong else seen


def how_it_ended(code: int, stderr: str) -> str:
    """A process that did not answer, in words."""
    how = f"killed by {signal_name(-code)}" if code < 0 else f"ended with exit code {code}"
    if code == -signal.SIGKILL:
        how += " (as the system does when memory runs out)"
    return f"{how} before it answered" + (f": {stderr}" if stderr else "")


def signal_name(number: int) -> str:
    """SIGKILL, for instance; real-time signals have no name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def failure(request: Request, stage: str, reason: str) -> Failure:
    """The cell is void; the reason is text that any output can hold, whatever a task put into it, and tells
    no secret of a server's address."""
    for address in request.services.values():
        reason = hidden(reason, str(address.get("uri", "")))
    return Failure(request.block, request.cell.key, one_line(stage), one_line(reason, LONGEST_REASON))
