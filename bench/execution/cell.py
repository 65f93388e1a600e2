"""Measure one cell in a fresh process: send it the request, make a record of its answer."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import msgspec

import bench
import workloads
from bench.core.credentials import hidden
from bench.core.observation import Cause, Failure, Observation, Stage
from bench.core.sanitize import one_line
from bench.environment.interpreter import Host
from bench.execution.child_process import Place, ProcessAnswer, StopCheck, exchange
from bench.execution.watchdog import Watchdog
from bench.storage.validation import impossible
from bench.worker.request import Request

LONGEST_REASON = 1000  # characters


class _Void(msgspec.Struct):
    stage: Stage
    reason: str
    cause: Cause


class _WorkerAnswer(msgspec.Struct):
    """One of the two."""

    observation: Observation | None = None
    failure: _Void | None = None


@contextmanager
def package_links(watchdog: Watchdog) -> Iterator[str]:
    """A folder with links to ``bench`` and ``workloads`` alone, for the measured interpreter's path."""
    with watchdog.temporary_folder("bench-") as folder:
        for package in (bench, workloads):
            os.symlink(Path(str(package.__file__)).parent, Path(folder, package.__name__))
        yield folder


def run_cell(
    request: Request,
    host: Host,
    links: str,
    watchdog: Watchdog,
    timeout: float,
    must_stop: StopCheck = lambda pid: None,
) -> Observation | Failure:
    """The observation of one cell, measured in a fresh process; a Failure if anything goes wrong."""
    module = ["bench.worker", request.cell.runner]
    place = Place(host.executable, links, host.environment)
    began = time.monotonic()
    try:
        got = exchange(module, asdict(request), place, watchdog, timeout, must_stop)
    except OSError as error:
        reason = f"{host.executable} cannot be started: {error.strerror}"
        return failure(request, Stage.START, reason, Cause.DIED)
    return record_of(got, request, time.monotonic() - began)


def record_of(got: ProcessAnswer, request: Request, lived_s: float = float("inf")) -> Observation | Failure:
    """A worker's answer as a record. ``lived_s``: seconds that its process lived."""
    if not got.line and got.ended:
        return failure(request, got.stage, f"{got.ended.why}; it was ended", got.ended.cause)
    if not got.line:
        return failure(request, got.stage, got.early_end(), Cause.DIED)
    try:
        answer = msgspec.json.decode(got.line, type=_WorkerAnswer)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return failure(request, Stage.PROCESS, f"its answer is not an observation: {error}", Cause.ANSWER)
    if void := answer.failure:
        explained = f" ({got.stderr})" if void.cause is Cause.POOL_BROKE and got.stderr else ""
        return failure(request, void.stage, void.reason + explained, void.cause)
    seen = answer.observation
    if seen is None or (seen.block, seen.key) != (request.block, request.cell.key):
        return failure(request, Stage.PROCESS, "its answer is not an observation of this cell", Cause.ANSWER)
    wrong, stage = impossible(seen, request.cell), Stage.PROCESS  # so that what is saved can be read
    if not wrong and seen.wall_s > lived_s:
        stage = Stage.BATCH
        wrong = (
            f"its batch took {seen.wall_s:.3g} s by its own clock, but its process lived only"
            f" {lived_s:.3g} s: the clock was tampered with"
        )
    return failure(request, stage, f"its answer is impossible: {wrong}", Cause.ANSWER) if wrong else seen


def failure(request: Request, stage: Stage, reason: str, cause: Cause) -> Failure:
    """A void cell's record. The reason is one printable line, whatever a task put into it, and hides the
    credentials of servers."""
    for address in request.services.values():
        reason = hidden(reason, str(address.get("uri", "")))
    return Failure(request.block, request.cell.key, stage, one_line(reason, LONGEST_REASON), cause)
