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
from bench.core.records import Cause, Failure, Observation, Stage
from bench.core.sanitize import one_line
from bench.environment.interpreter import Host
from bench.execution.child_process import Look, ProcessAnswer, exchange, how_it_ended
from bench.execution.watchdog import Guard
from bench.storage.validation import impossible
from bench.worker.request import Request

LONGEST_REASON = 1000  # characters


class _Void(msgspec.Struct):
    stage: Stage
    reason: str
    cause: Cause


class _Told(msgspec.Struct):
    """A worker's answer: one of the two."""

    observation: Observation | None = None
    failure: _Void | None = None


@contextmanager
def package_links(guard: Guard) -> Iterator[str]:
    """A folder with links to ``bench`` and ``workloads`` alone, for the measured interpreter's path."""
    with guard.temporary_folder("bench-") as folder:
        for package in (bench, workloads):
            os.symlink(Path(str(package.__file__)).parent, Path(folder, package.__name__))
        yield folder


def run_cell(
    request: Request, host: Host, links: str, guard: Guard, timeout: float, look: Look = lambda pid: None
) -> Observation | Failure:
    """Measure one cell in a process of its own. Whatever goes wrong there is a Failure, never raised."""
    module = ["bench.worker", request.cell.runner]
    began = time.monotonic()
    try:
        got = exchange(module, asdict(request), host, links, guard, timeout, look)
    except OSError as error:
        said = f"{host.executable} cannot be started: {error.strerror}"
        return failure(request, Stage.START, said, Cause.DIED)
    return understand(got, request, time.monotonic() - began)


def understand(got: ProcessAnswer, request: Request, lived_s: float = float("inf")) -> Observation | Failure:
    """What a worker gave, as a record. ``lived_s``: seconds that its process lived."""
    if not got.line and got.ended:
        return failure(request, got.stage, f"{got.ended.why}; it was ended", got.ended.cause)
    if not got.line:
        return failure(request, got.stage, before_it_answered(got), Cause.DIED)
    try:
        told = msgspec.json.decode(got.line, type=_Told)
    except (ValueError, RecursionError) as error:
        return failure(request, Stage.PROCESS, f"its answer is no observation: {error}", Cause.ANSWER)
    if void := told.failure:
        explained = f" ({got.stderr})" if void.cause is Cause.POOL_BROKE and got.stderr else ""
        return failure(request, void.stage, void.reason + explained, void.cause)
    seen = told.observation
    if seen is None or (seen.block, seen.key) != (request.block, request.cell.key):
        return failure(request, Stage.PROCESS, "its answer is no observation of this cell", Cause.ANSWER)
    wrong, stage = impossible(seen, request.cell), Stage.PROCESS  # what is saved can be read again
    if not wrong and seen.wall_s > lived_s:
        stage = Stage.BATCH
        wrong = (
            f"its batch took {seen.wall_s:.3g} s by its own clock, and its process lived {lived_s:.3g} s:"
            " the clock was tampered with"
        )
    return failure(request, stage, f"its answer is impossible: {wrong}", Cause.ANSWER) if wrong else seen


def before_it_answered(got: ProcessAnswer) -> str:
    """How a process ended that did not answer, with what it said last."""
    memory = " (as the system does when memory runs out)" if got.code == -signal.SIGKILL else ""
    said = f": {got.stderr}" if got.stderr else ""
    return f"{how_it_ended(got.code)}{memory} before it answered{said}"


def failure(request: Request, stage: Stage, reason: str, cause: Cause) -> Failure:
    """The cell is void; the reason is text that any output can hold, whatever a task put into it, and tells
    no secret of a server's address."""
    for address in request.services.values():
        reason = hidden(reason, str(address.get("uri", "")))
    return Failure(request.block, request.cell.key, stage, one_line(reason, LONGEST_REASON), cause)
