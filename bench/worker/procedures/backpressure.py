"""Many items worked through: how many are held at once, in how much memory, and when the first result comes.

Options: ``way``, one of ``WAYS``, and ``items``, their number. The items come from a generator, as bytes;
the work on one waits a millisecond and returns its length. The cell's concurrency is the limit of a way that
has one.
"""

import asyncio
import gc
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

from bench.core.observation import Observation, Stage
from bench.core.runner import gil_enabled
from bench.worker import procfs
from bench.worker.request import CellError, Request, stage

WAIT_S = 0.001
ITEM_BYTES = 1000
WARM_UP = 200  # items


class Flow:
    """Items from their source to their results, counted on the way. The source and the results belong to one
    thread; the work may run in others."""

    def __init__(self, items: int, limit: int) -> None:
        self.items, self.limit = items, limit
        self.taken = self.given = self.held = 0  # from the source, back as results; the most between them
        self.running = self.most_running = 0  # works that have begun and not ended; the most of them
        self.first_s = 0.0
        self.lock = threading.Lock()
        self.begin = time.perf_counter()

    def source(self) -> Iterator[bytes]:
        for _ in range(self.items):
            self.taken += 1
            self.held = max(self.held, self.taken - self.given)
            yield bytes(ITEM_BYTES)

    def result(self, length: int) -> None:
        if not self.given:
            self.first_s = time.perf_counter() - self.begin
        self.given += length // ITEM_BYTES

    async def work(self, item: bytes) -> int:
        self.begun()
        await asyncio.sleep(WAIT_S)
        self.running -= 1
        return len(item)

    def work_blocking(self, item: bytes) -> int:
        with self.lock:
            self.begun()
        time.sleep(WAIT_S)
        with self.lock:
            self.running -= 1
        return len(item)

    def begun(self) -> None:
        self.running += 1
        self.most_running = max(self.most_running, self.running)


async def gather(flow: Flow) -> None:
    for length in await asyncio.gather(*(flow.work(item) for item in flow.source())):
        flow.result(length)


async def gather_with_semaphore(flow: Flow) -> None:
    slots = asyncio.Semaphore(flow.limit)

    async def one(item: bytes) -> int:
        async with slots:
            return await flow.work(item)

    for length in await asyncio.gather(*(one(item) for item in flow.source())):
        flow.result(length)


async def as_completed(flow: Flow) -> None:
    for each in asyncio.as_completed([flow.work(item) for item in flow.source()]):
        flow.result(await each)


async def group_with_semaphore(flow: Flow) -> None:
    """The semaphore is acquired before the task is made, so that there are never more tasks than slots."""
    slots = asyncio.Semaphore(flow.limit)

    async def one(item: bytes) -> None:
        try:
            flow.result(await flow.work(item))
        finally:
            slots.release()

    async with asyncio.TaskGroup() as group:
        for item in flow.source():
            await slots.acquire()
            group.create_task(one(item))


async def queue_with_workers(flow: Flow) -> None:
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue(flow.limit)

    async def worker() -> None:
        while (item := await waiting.get()) is not None:
            flow.result(await flow.work(item))

    async with asyncio.TaskGroup() as group:
        for _ in range(flow.limit):
            group.create_task(worker())
        for item in flow.source():
            await waiting.put(item)
        for _ in range(flow.limit):
            await waiting.put(None)


async def executor_map(flow: Flow, **options: int) -> None:
    """By threads: nothing else runs on the loop."""
    with ThreadPoolExecutor(flow.limit) as executor:
        for length in executor.map(flow.work_blocking, flow.source(), **options):
            flow.result(length)


async def executor_map_buffered(flow: Flow) -> None:
    await executor_map(flow, buffersize=flow.limit)


WAYS: dict[str, Callable[[Flow], Awaitable[None]]] = {
    "gather": gather,
    "gather + semaphore": gather_with_semaphore,
    "as_completed": as_completed,
    "TaskGroup + semaphore": group_with_semaphore,
    "queue + workers": queue_with_workers,
    "Executor.map": executor_map,
    "Executor.map + buffersize": executor_map_buffered,
}


def observe(request: Request) -> Observation:
    """``figures``: rate (items/s), first_s (until the first result was there), memory (bytes by which
    the peak of the process grew, at least a page; Linux only), held (the most items taken from the source
    and not yet given back) and running (the most whose work had begun and not ended). Raises CellError."""
    started = time.time()
    cell = request.cell
    way, items = WAYS[str(cell.options["way"])], int(cell.options["items"])
    with stage(Stage.WARM_UP):
        through(way, WARM_UP, cell.concurrency)
    gc.collect()
    before = procfs.peak_memory([os.getpid()])
    with stage(Stage.BATCH):
        begin = time.perf_counter()
        flow = through(way, items, cell.concurrency)
        seconds = time.perf_counter() - begin
        if flow.given != items:
            raise CellError(Stage.BATCH, f"{flow.given} of {items} items came back")
    after = procfs.peak_memory([os.getpid()])
    figures = {
        "rate": items / seconds,
        "first_s": flow.first_s,
        "held": float(flow.held),
        "running": float(flow.most_running),
    }
    if before is not None and after is not None:
        figures["memory"] = float(max(after - before, os.sysconf("SC_PAGE_SIZE")))
    return Observation(
        request.block, cell.key, started, wall_s=seconds, n=items, gil=gil_enabled(), figures=figures
    )


def through(way: Callable[[Flow], Awaitable[None]], items: int, limit: int) -> Flow:
    """So many items worked through, as they were counted."""

    async def main() -> Flow:
        flow = Flow(items, limit)
        await way(flow)
        return flow

    return asyncio.run(main())
