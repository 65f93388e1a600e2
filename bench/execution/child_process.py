"""Run a module in a child process: send it a question, read its answer, end everything that it started."""

import contextlib
import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.core.observation import Cause, Stage
from bench.core.scratch import SCRATCH
from bench.execution.ending import MARK, end
from bench.execution.watchdog import Watchdog

LONGEST_ANSWER = 64 << 20  # bytes; a default observation has a few thousand
LONGEST_STDERR = 4096  # bytes kept: the last ones
LONGEST_REASON = 400  # characters of standard error that fit into a sentence
POLL_S = 0.1
ENDS_WITHIN_S = 5.0  # after its answer, or after closing the descriptor for it
REACHED = {f'{{"reached":"{stage}"}}'.encode(): stage for stage in Stage}
GROUP_MARGIN = re.compile(r"^\s*[|+] ?")  # before the lines of an exception group's members


@dataclass(frozen=True)
class Place:
    """Where a child runs; by default on this interpreter, with this package."""

    executable: str = sys.executable
    path: str = str(Path(__file__).parents[2])  # a folder with ``bench`` and ``workloads``
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stop:
    """Why a process is ended from outside."""

    cause: Cause
    why: str


StopCheck = Callable[[int], Stop | None]
"""Called every ``POLL_S`` with a process's number: why it must be ended now, or None."""


@dataclass(frozen=True)
class ProcessAnswer:
    """A child's answer, and how it ended."""

    line: bytes  # b"": none
    code: int  # exit code; negative: the signal
    stderr: str  # the last line that says something
    stage: Stage  # the last that it reported
    ended: Stop | None  # why it was ended before it answered; None: it was not

    def early_end(self) -> str:
        """How a process ended that did not answer, with the end of its standard error."""
        memory = " (as the system does when memory runs out)" if self.code == -signal.SIGKILL else ""
        stderr = f": {self.stderr}" if self.stderr else ""
        return f"{how_it_ended(self.code)}{memory} before it answered{stderr}"


def exchange(
    module: Sequence[str],
    question: object,
    place: Place,
    watchdog: Watchdog,
    timeout: float,
    must_stop: StopCheck = lambda pid: None,
    is_progress: Callable[[bytes], bool] = lambda line: False,
) -> ProcessAnswer:
    """Run a module with its arguments in a process group of its own; send it a question as JSON and read a
    line from the descriptor that is its last argument. Lines before it may report progress: ``is_progress``
    gets each. Raises OSError if the process cannot start."""
    with watchdog.temporary_folder("bench-cell-") as folder, contextlib.ExitStack() as stack:
        variables = {"TMPDIR": folder, SCRATCH: folder, "PYTHONPATH": place.path, MARK: watchdog.mark}
        answer_end, worker_end = os.pipe()
        answer = stack.enter_context(os.fdopen(answer_end, "rb", 0))
        try:
            process = watchdog.start(
                [place.executable, "-P", "-m", *module, str(worker_end)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[worker_end],
                env={**watchdog.environment(), **variables, **place.environment},
            )
        finally:
            os.close(worker_end)
        assert process.stdin is not None
        assert process.stderr is not None
        output = OutputReader(process, answer.fileno(), process.stderr.fileno(), is_progress)
        try:
            prefer_for_oom_kill(process.pid)
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(json.dumps(question).encode() + b"\n")
            late = Stop(Cause.TIMEOUT, f"no answer within {timeout:.0f} s")
            ended = output.read(time.monotonic() + timeout, must_stop) or late
        finally:
            end_group(process, watchdog, watchdog.mark)
            output.drain()
            process.stderr.close()
        stopped = None if output.line or output.over else ended
        return ProcessAnswer(
            output.line, process.returncode, last_telling_line(output.stderr_tail), output.stage, stopped
        )


@dataclass
class OutputReader:
    """Reads a child's answer and its standard error until it ends."""

    process: subprocess.Popen[bytes]
    answer: int
    stderr: int
    is_progress: Callable[[bytes], bool]
    line: bytes = b""  # the answer
    stage: Stage = Stage.PROCESS
    over: bool = False  # the process ended by itself
    stderr_tail: bytes = b""
    _unread: bytearray = field(default_factory=bytearray)  # of the answer: a line that is not complete

    def read(self, deadline: float, must_stop: StopCheck) -> Stop | None:
        """Read until the process has ended or must be ended: then why, None if the time is up. After its
        answer it has a moment to end by itself, since its clients are closed then."""
        why = None
        with selectors.DefaultSelector() as selector, end_of(self.process.pid) as end:
            for each in (self.answer, self.stderr, *end):
                selector.register(each, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                open_before = self.answer in selector.get_map() and not self.line
                for key, _ in selector.select(min(left, POLL_S)):
                    if key.fd not in end and not self._read_piece(key.fd):
                        selector.unregister(key.fd)
                if self.process.poll() is not None:
                    self.over = True
                    return None
                if open_before and (self.line or self.answer not in selector.get_map()):
                    why = Stop(Cause.ANSWER, "it closed the descriptor for its answer and kept running")
                    deadline = min(deadline, time.monotonic() + ENDS_WITHIN_S)
                if not self.line and (stop := must_stop(self.process.pid)):
                    return stop
        return why

    def drain(self) -> None:
        """Read what is left once the process has ended. Not until the end of the streams: a stray process
        that inherited their other ends may hold them open for ever."""
        for each in (self.answer, self.stderr):
            os.set_blocking(each, False)
            with contextlib.suppress(BlockingIOError):
                for _ in range(LONGEST_ANSWER >> 16):
                    if not self._read_piece(each):
                        break

    def _read_piece(self, descriptor: int) -> bool:
        """Read a piece; False at the end of the stream."""
        piece = os.read(descriptor, 1 << 16)
        if descriptor == self.stderr:
            self.stderr_tail = (self.stderr_tail + piece)[-LONGEST_STDERR:]
        elif not self.line:
            self._unread += piece
            while b"\n" in piece and b"\n" in self._unread and not self.line:
                line, _, self._unread = self._unread.partition(b"\n")
                if (reached := REACHED.get(bytes(line))) is not None:
                    self.stage = reached
                elif not self.is_progress(bytes(line)):
                    self.line = bytes(line) or b"\n"
            if len(self._unread) > LONGEST_ANSWER:
                self.line = bytes(self._unread)
        return bool(piece)


def last_telling_line(text: bytes) -> str:
    """The last line of standard error that says why: indented lines say where, a colon promises more."""
    lines = [GROUP_MARGIN.sub("", line) for line in text.decode(errors="replace").splitlines()]
    found = [
        line
        for line in lines
        if any(c.isalnum() for c in line) and not line[0].isspace() and not line.endswith(":")
    ]
    return found[-1].strip() if found else ""


@contextlib.contextmanager
def end_of(pid: int) -> Iterator[tuple[int, ...]]:
    """A descriptor that becomes readable when the process ends; none where the system lacks pidfds."""
    try:
        descriptor = os.pidfd_open(pid)
    except (AttributeError, OSError):
        yield ()
        return
    try:
        yield (descriptor,)
    finally:
        os.close(descriptor)


def end_group(process: subprocess.Popen[bytes], watchdog: Watchdog, mark: str = "") -> None:
    """Kill what is left of the process's group and of those with the mark, and reap the process."""
    end({process.pid}, mark)
    process.wait()
    watchdog.forget(process.pid)


def how_it_ended(code: int) -> str:
    """A process's exit code in words: "was killed by SIGKILL", "ended with exit code 1"."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:  # real-time signals have no name
        return f"was killed by signal {-code}"


def prefer_for_oom_kill(pid: int) -> None:
    """Have the system kill this process when memory runs out, and not the one that saves the run."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/oom_score_adj", "w") as file:
        file.write("1000")
