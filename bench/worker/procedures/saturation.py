"""Blocking calls handed by an event loop to threads: how many run at once, and what waits behind them.

Options: ``pool``, whose threads: "default" (the loop's own executor, by ``asyncio.to_thread``), "anyio" (its
worker threads, 40 by default), "sized" (an executor with a thread for each, the loop's default).
"""

import asyncio
import importlib
import os
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from bench.core.observation import Observation, Stage
from bench.core.runner import gil_enabled
from bench.worker.request import Request, stage

WAIT_S = 0.02  # of a call
WAVES = 3
BEHIND = 2  # calls that come behind the others: a look-up and a read

ToThread = Callable[[Callable[[], None]], Awaitable[None]]


def observe(request: Request) -> Observation:
    """``figures``: rate (calls/s of so many started together, the median wave), running (calls that ran at
    once, at most), call_s (mean time of a call from when it was handed over), lookup_s and file_s (a look-up
    of localhost and a read of an empty file, handed to the same threads behind the calls). Raises CellError.
    """
    started = time.time()
    cell = request.cell
    with stage(Stage.START):
        to_thread = to_thread_of(str(cell.options["pool"]))
    began = time.perf_counter()
    with stage(Stage.BATCH):
        figures = asyncio.run(saturated(to_thread, str(cell.options["pool"]), cell.concurrency))
    return Observation(
        request.block,
        cell.key,
        started,
        wall_s=time.perf_counter() - began,
        n=WAVES * cell.concurrency,
        gil=gil_enabled(),
        figures=figures,
    )


def to_thread_of(pool: str) -> ToThread:
    """How a coroutine hands a call over. Raises ImportError where a library is not installed."""
    if pool != "anyio":
        return asyncio.to_thread
    run_sync: ToThread = importlib.import_module("anyio.to_thread").run_sync
    return run_sync


async def saturated(to_thread: ToThread, pool: str, at_once: int) -> dict[str, float]:
    """The figures of so many calls at once."""
    loop = asyncio.get_running_loop()
    if pool == "sized":
        loop.set_default_executor(ThreadPoolExecutor(at_once + BEHIND))
    calls = Calls(to_thread)
    await calls.together(at_once)  # starts the threads
    calls.most = 0
    walls, waits = [], []
    for _ in range(WAVES):
        begin = time.perf_counter()
        waits += await calls.together(at_once)
        walls.append(time.perf_counter() - begin)
    behind = asyncio.ensure_future(calls.together(at_once))
    await asyncio.sleep(0)  # they are handed over first
    lookup, read = await asyncio.gather(
        seconds_of(loop.getaddrinfo("localhost", 80) if pool != "anyio" else to_thread(look_up)),
        seconds_of(to_thread(read_file)),
    )
    await behind
    return {
        "rate": at_once / median(walls),
        "running": float(calls.most),
        "call_s": sum(waits) / len(waits),
        "lookup_s": lookup,
        "file_s": read,
    }


class Calls:
    """Blocking calls by way of threads, and how many of them run at the same time."""

    def __init__(self, to_thread: ToThread) -> None:
        self.to_thread = to_thread
        self.running = self.most = 0
        self.lock = threading.Lock()

    async def together(self, number: int) -> list[float]:
        """Seconds of each from when it was handed over, all at once."""
        return await asyncio.gather(*(seconds_of(self.to_thread(self.blocking)) for _ in range(number)))

    def blocking(self) -> None:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
        time.sleep(WAIT_S)
        with self.lock:
            self.running -= 1


async def seconds_of(awaited: Awaitable[object]) -> float:
    begin = time.perf_counter()
    await awaited
    return time.perf_counter() - begin


def look_up() -> None:
    socket.getaddrinfo("localhost", 80)


def read_file() -> None:
    with open(os.devnull, "rb") as file:
        file.read()
