"""One cell, one fresh process: start it, hand it the request, take its answer, end its process group."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

import bench
import workloads
from bench.guard import Guard
from bench.host import Host
from bench.records import Failure, Observation
from bench.worker.request import Request

LONGEST_ANSWER = 64 << 20  # bytes; a default observation has a few thousand
STDERR_KEPT = 400


@contextmanager
def package_links(guard: Guard) -> Iterator[str]:
    """A folder with links to ``bench`` and ``workloads`` alone, for the measured interpreter's path."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        guard.watch_folder(folder)
        for package in (bench, workloads):
            os.symlink(Path(str(package.__file__)).parent, Path(folder, package.__name__))
        yield folder


def end_group(process: subprocess.Popen[bytes], guard: Guard) -> None:
    """Kill what is left of the process's group, and reap the process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    guard.forget(process.pid)


@dataclass(frozen=True)
class Answer:
    """What a worker process gave."""

    line: bytes | None  # None: the time was up
    code: int  # how it ended; below 0: by which signal
    stderr: str  # the last line that tells something


def exchange(
    module: Sequence[str], asked: object, host: Host, links: str, guard: Guard, timeout: float
) -> Answer:
    """Run a module with its arguments on an interpreter, in a process group of its own; hand it a question as
    JSON and take a line from the descriptor that is its last argument. Raises OSError if it cannot start."""
    answer_end, worker_end = os.pipe()
    with (
        os.fdopen(answer_end, "rb") as answer,
        tempfile.TemporaryFile() as stderr,
        tempfile.TemporaryDirectory(prefix="bench-") as scratch,  # for what must not outlive it
    ):
        guard.watch_folder(scratch)
        try:
            process = subprocess.Popen(
                [host.executable, "-P", "-m", *module, str(worker_end)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                pass_fds=[worker_end],
                process_group=0,
                env={**os.environ, **host.environment, "PYTHONPATH": links, "BENCH_SCRATCH": scratch},
            )
        finally:
            os.close(worker_end)
        try:
            guard.watch(process.pid)
            assert process.stdin is not None
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(json.dumps(asked).encode() + b"\n")
            line = read_line(answer.fileno(), timeout)
            if line:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)  # it ends by itself: its clients are closed
        finally:
            end_group(process, guard)
        return Answer(line, process.returncode, tail(stderr.fileno()))


def run_cell(request: Request, host: Host, links: str, guard: Guard, timeout: float) -> Observation | Failure:
    """Measure one cell in a process of its own. Whatever goes wrong there is a Failure, never raised."""
    try:
        got = exchange(["bench.worker", request.cell.runner], asdict(request), host, links, guard, timeout)
    except OSError as error:
        return failure(request, "start", f"{host.executable} cannot be started: {error.strerror}")
    if got.line is None:
        return failure(request, "process", f"no answer within {timeout:.0f} s; it was ended")
    return understand(got.line, request, got.code, got.stderr)


def understand(line: bytes, request: Request, code: int, stderr: str) -> Observation | Failure:
    """The worker's answer as a record."""
    if not line:
        return failure(request, "process", how_it_ended(code, stderr))
    try:
        answer = json.loads(line)
        if "failure" in answer:
            reason = answer["failure"]["reason"]
            if "BrokenProcessPool" in reason and stderr:
                reason += f" ({stderr})"
            return failure(request, answer["failure"]["stage"], reason)
        return msgspec.convert(answer["observation"], Observation)
    except (ValueError, KeyError, TypeError, msgspec.ValidationError) as error:
        return failure(request, "process", f"its answer is no observation: {error}")


def how_it_ended(code: int, stderr: str) -> str:
    """A process that did not answer, in words."""
    how = f"killed by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
    return f"{how} before it answered" + (f": {stderr}" if stderr else "")


def failure(request: Request, stage: str, reason: str) -> Failure:
    return Failure(request.block, request.cell.key, stage, reason.encode(errors="backslashreplace").decode())


def read_line(descriptor: int, timeout: float) -> bytes | None:
    """A line, or what came before the end of the stream; None when the time is up.

    Only until the newline: a stray process that inherited the other end may hold it open for ever.
    """
    deadline = time.monotonic() + timeout
    text = bytearray()
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while not text.endswith(b"\n") and len(text) < LONGEST_ANSWER:
            left = deadline - time.monotonic()
            if left <= 0 or not selector.select(left):
                return None
            piece = os.read(descriptor, 1 << 16)
            if not piece:
                break
            text += piece
    return bytes(text)


def tail(descriptor: int) -> str:
    """The last line of what a process wrote to its standard error."""
    size = os.lseek(descriptor, 0, os.SEEK_END)
    os.lseek(descriptor, max(0, size - 4096), os.SEEK_SET)
    lines = os.read(descriptor, 4096).decode(errors="replace").strip().splitlines()
    # The last line of a traceback says what; lines that are indented say where.
    telling = [line for line in lines if line and not line[0].isspace()]
    return telling[-1][:STDERR_KEPT] if telling else ""
