"""One question to a module in a process of its own: start it, take its answer, end all that it started."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.core.records import Cause, Stage
from bench.environment.interpreter import Host
from bench.execution.stderr_tail import LAST_BYTES, telling
from bench.execution.stray_processes import MARK, end_marked
from bench.execution.watchdog import Guard, keeping
from bench.runners._start_method import SCRATCH

LONGEST_ANSWER = 64 << 20  # bytes; a default observation has a few thousand
LOOK_EVERY_S = 0.1
ENDS_WITHIN_S = 5.0  # once it has answered, or can no more
REACHED = {f'{{"reached":"{stage}"}}'.encode(): stage for stage in Stage}


@dataclass(frozen=True)
class Stop:
    """Why a process is ended from outside."""

    cause: Cause
    why: str


Look = Callable[[int], Stop | None]
"""Asked again and again about a process by its number: why it must be ended now; None: it may go on."""


@dataclass(frozen=True)
class ProcessAnswer:
    """What a process gave."""

    line: bytes  # b"": nothing
    code: int  # how it ended; below 0: by which signal
    stderr: str  # the last line that tells something
    stage: Stage  # the last that it said to have come to
    ended: Stop | None  # why it was ended before it answered; None: it was not


def exchange(
    module: Sequence[str],
    asked: object,
    host: Host,
    links: str,
    guard: Guard,
    timeout: float,
    look: Look = lambda pid: None,
) -> ProcessAnswer:
    """Run a module with its arguments on an interpreter, in a process group of its own; hand it a question as
    JSON and take a line from the descriptor that is its last argument. Raises OSError if it cannot start."""
    with guard.temporary_folder("bench-cell-") as folder, contextlib.ExitStack() as stack:
        own = {**keeping(folder), SCRATCH: folder, "PYTHONPATH": links, MARK: guard.mark}
        answer_end, worker_end = os.pipe()
        answer = stack.enter_context(os.fdopen(answer_end, "rb", 0))
        try:
            process = guard.start(
                [host.executable, "-P", "-m", *module, str(worker_end)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                pass_fds=[worker_end],
                env={**os.environ, **own, **host.environment},
            )
        finally:
            os.close(worker_end)
        assert process.stdin is not None
        assert process.stderr is not None
        ear = Ear(process, answer.fileno(), process.stderr.fileno())
        try:
            first_to_go(process.pid)
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(json.dumps(asked).encode() + b"\n")
            late = Stop(Cause.TIMEOUT, f"no answer within {timeout:.0f} s")
            ended = ear.listen(time.monotonic() + timeout, look) or late
        finally:
            end_group(process, guard)
            end_marked(guard.mark)
            ear.take()
            process.stderr.close()
        stopped = None if ear.line or ear.over else ended
        return ProcessAnswer(ear.line, process.returncode, ear.told(), ear.stage, stopped)


@dataclass
class Ear:
    """Hears a process: its answer, its standard error, its end."""

    process: subprocess.Popen[bytes]
    answer: int
    stderr: int
    line: bytes = b""
    stage: Stage = Stage.PROCESS
    over: bool = False  # it ended by itself
    _heard: bytearray = field(default_factory=bytearray)
    _said: bytes = b""

    def listen(self, deadline: float, look: Look) -> Stop | None:
        """Until it has ended, or must be: then why, None if the time is up. What has answered has a moment to
        end by itself, for its clients are then closed."""
        why = None
        with selectors.DefaultSelector() as selector, end_of(self.process.pid) as end:
            for each in (self.answer, self.stderr, *end):
                selector.register(each, selectors.EVENT_READ)
            while (left := deadline - time.monotonic()) > 0:
                open_before = self.answer in selector.get_map() and not self.line
                for key, _ in selector.select(min(left, LOOK_EVERY_S)):
                    if key.fd not in end and not self._hear(key.fd):
                        selector.unregister(key.fd)
                if self.process.poll() is not None:
                    self.over = True
                    return None
                if open_before and (self.line or self.answer not in selector.get_map()):
                    why = Stop(Cause.ANSWER, "it closed the door for its answer, and went on")
                    deadline = min(deadline, time.monotonic() + ENDS_WITHIN_S)
                if not self.line and (must := look(self.process.pid)):
                    return must
        return why

    def take(self) -> None:
        """What is still there, when the process is gone. Not until the end of the streams: a stray process
        that inherited their other ends may hold them open for ever."""
        for each in (self.answer, self.stderr):
            os.set_blocking(each, False)
            with contextlib.suppress(BlockingIOError):
                for _ in range(LONGEST_ANSWER >> 16):
                    if not self._hear(each):
                        break

    def _hear(self, descriptor: int) -> bool:
        """Read a piece; False at the end of the stream."""
        piece = os.read(descriptor, 1 << 16)
        if descriptor == self.stderr:
            self._said = (self._said + piece)[-LAST_BYTES:]
        elif not self.line:
            self._heard += piece
            while b"\n" in piece and b"\n" in self._heard and not self.line:
                line, _, self._heard = self._heard.partition(b"\n")
                self._understand(bytes(line))
            if len(self._heard) > LONGEST_ANSWER:
                self.line = bytes(self._heard)
        return bool(piece)

    def _understand(self, line: bytes) -> None:
        """A stage that it has come to, or its answer."""
        if line in REACHED:
            self.stage = REACHED[line]
        else:
            self.line = line or b"\n"

    def told(self) -> str:
        """The last line of its standard error that tells something."""
        return telling(self._said)


@contextlib.contextmanager
def end_of(pid: int) -> Iterator[tuple[int, ...]]:
    """A descriptor that can be read when the process has ended; none where the system has no such thing."""
    try:
        descriptor = os.pidfd_open(pid)
    except (AttributeError, OSError):
        yield ()
        return
    try:
        yield (descriptor,)
    finally:
        os.close(descriptor)


def end_group(process: subprocess.Popen[bytes], guard: Guard) -> None:
    """Kill what is left of the process's group, and reap the process."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    guard.forget(process.pid)


def how_it_ended(code: int) -> str:
    """A process's exit code in words: "was killed by SIGKILL", "ended with exit code 1"."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:  # real-time signals have no name
        return f"was killed by signal {-code}"


def first_to_go(pid: int) -> None:
    """When the system runs out of memory it ends this process, and not the one that would save the run."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/oom_score_adj", "w") as file:
        file.write("1000")


def read_line(descriptor: int, timeout: float) -> bytes | None:
    """A line, or what came before the end of the stream; None when the time is up."""
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
