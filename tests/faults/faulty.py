"""Workloads that go wrong in every way that a test can think of; ``python -m bench -w`` finds them by file."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from bench import Env, Workload, param
from workloads.http_fetch import Aiohttp, Fetch, Httpx

HOUR = 3600


class Mute(Exception):
    """Cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no text to be had")


class Poison:
    """Can be pickled, and raises when it is unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return int, ("no number",)


class Bomb:
    """Can be pickled, and ends the process that unpickles it."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os._exit, (9,)


def gone_wrong() -> None:
    raise RuntimeError("this task breaks")


def escapes() -> None:
    raise RuntimeError("\x1b[31mred\x1b]0;title\x07 \ud800 \u202e end")


def mute() -> None:
    raise Mute


def leaves() -> None:
    sys.exit(3)


def interrupts() -> None:
    raise KeyboardInterrupt("by a task")


def ends_a_generator() -> None:
    raise GeneratorExit("by a task")


def hangs() -> None:
    time.sleep(HOUR)


def floods() -> None:
    line = b"x" * 65_535 + b"\n"
    for _ in range(1600):  # 100 MiB
        os.write(2, line)
    os.write(1, line)


def writes_everywhere() -> None:
    """Rubbish on every descriptor that takes it, that of the answer among them."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"[" * 200_000 + b"\n")
        except OSError:
            continue


def goes_elsewhere() -> None:
    os.chdir("/")
    os.umask(0o777)


def closes_standard_streams() -> None:
    for descriptor in range(3):
        os.close(descriptor)


def closes_everything() -> None:
    os.closerange(0, 1024)


def turns_deaf() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)


def never_ends() -> None:
    threading.Thread(target=hangs).start()


def turns_shallow() -> None:
    """So few calls deep that nothing works any more."""
    sys.setrecursionlimit(len(_stack()) + 6)


def _stack() -> list[Any]:
    frames, frame = [], sys._getframe()
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def stops_the_clock() -> None:
    import bench.core.batch

    time.perf_counter = lambda: 0.0
    bench.core.batch.perf_counter_ns = lambda: 5


def forwards_the_clock() -> None:
    import bench.core.batch

    bench.core.batch.perf_counter_ns = lambda: time.monotonic_ns() + int(1e15)


def takes_all_files() -> None:
    try:
        while True:
            os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return


def takes_memory() -> None:
    """Up to 4 GB: as much as it gets."""
    taken = []
    for _ in range(400):
        taken.append(bytearray(os.urandom(1) * (10 << 20)))
        time.sleep(0.01)
    time.sleep(HOUR)


def leaves_a_daemon() -> None:
    """A grandchild in a session of its own."""
    if not os.fork():
        os.setsid()
        if os.fork():
            os._exit(0)
        time.sleep(HOUR)
    os.wait()


def fails_to_start_threads() -> None:
    """From the second on, as a system does that has no more of them."""
    start, started = threading.Thread.start, []

    def once(self: threading.Thread) -> None:
        if started:
            raise RuntimeError("can't start new thread")
        started.append(self)
        start(self)

    threading.Thread.start = once


def tells_its_score() -> None:
    with open("/proc/self/oom_score_adj") as file:
        raise RuntimeError(f"score {file.read()}")


IN_TASKS: dict[str, Callable[[], object]] = {
    "raise": gone_wrong,
    "exit": lambda: os._exit(7),
    "kill": lambda: os.kill(os.getpid(), signal.SIGKILL),
    "kill oddly": lambda: os.kill(os.getpid(), 40),
    "segfault": lambda: ctypes.string_at(0),
    "escapes": escapes,
    "mute": mute,
    "sys.exit": leaves,
    "interrupt": interrupts,
    "generator": ends_a_generator,
    "hang": hangs,
    "flood": floods,
    "everywhere": writes_everywhere,
    "elsewhere": goes_elsewhere,
    "close streams": closes_standard_streams,
    "close all": closes_everything,
    "deaf": turns_deaf,
    "deaf and dead": lambda: (turns_deaf(), os._exit(7)),
    "never ends": never_ends,
    "shallow": turns_shallow,
    "no clock": stops_the_clock,
    "fast clock": forwards_the_clock,
    "files": takes_all_files,
    "memory": takes_memory,
    "daemon": leaves_a_daemon,
    "daemon and dead": lambda: (leaves_a_daemon(), os._exit(7)),
    "score": tells_its_score,
}
RESULTS: dict[str, Callable[[int], object]] = {
    "wrong": lambda i: i + 1,
    "unpicklable": lambda i: lambda: i,
    "poison": lambda i: Poison(),
    "bomb": lambda i: Bomb(),
}


@dataclass(frozen=True)
class Faulty(Workload):
    """Goes wrong ``how`` in task ``at``: the sixth, which no first try and no warm-up comes to."""

    how: str = param("raise", "what goes wrong")
    at: int = param(6, "in which task")

    name = "faulty"
    family = "faulty"
    bound = "none"
    flavours = frozenset({"sync", "asyncio", "trio"})

    def set_up(self, env: Env) -> None:
        if self.how == "set-up":
            raise OSError("nothing to be set up")

    @contextmanager
    def open(self, env: Env) -> Iterator[None]:
        if self.how == "open":
            raise OSError("no session to be had")
        if self.how == "open and die":
            os._exit(7)
        if self.how == "threads":
            fails_to_start_threads()
        yield
        if self.how == "close":
            raise OSError("the session does not close")
        if self.how == "close and hang":
            hangs()

    def task(self, session: Any, i: int) -> Any:
        if i == self.at and self.how in IN_TASKS:
            IN_TASKS[self.how]()
        return RESULTS.get(self.how, int)(i) if i == self.at else i

    def check(self, result: Any, i: int) -> int:
        if result != i:
            raise ValueError(f"task {i} returned {result!r}")
        return i


@dataclass(frozen=True)
class FaultyFetch(Fetch):
    """Fetches, and asks the server for a fault in task ``at``."""

    fault: str = param("reset", "which")
    at: int = param(6, "in which task")

    name = family = "faulty-fetch"
    in_all = False

    def path(self, i: int) -> str:
        return super().path(i) + (f"&fault={self.fault}" if i == self.at else "")


@dataclass(frozen=True)
class FaultyHttpx(FaultyFetch, Httpx):
    """With httpx."""

    name = family = "faulty-fetch"


@dataclass(frozen=True)
class FaultyAiohttp(FaultyFetch, Aiohttp):
    """With aiohttp."""

    name = family = "faulty-fetch"
