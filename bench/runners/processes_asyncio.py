"""processes-asyncio: an event loop in each of as many processes as there are cores.

As servers run asyncio on every core: each process gets its share of the tasks beforehand, and of the
concurrency.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager, AsyncExitStack
from multiprocessing.connection import Connection
from time import perf_counter_ns

from bench import Job, Pool, Runner, Span, Worker, gil_enabled, timed_async
from bench.core.exact_sleep import asyncio_sleep
from bench.runners._shares import MESSAGE, Arrived, Share, processes_that


def _serve(job: Job, door: Connection) -> None:
    """In each process: one loop, one session, share after share until there is none."""
    workload = job.load()
    with asyncio.Runner() as loop:
        stack = AsyncExitStack()
        session = loop.run(stack.enter_async_context(workload.open_async(job.env)))
        task = timed_async(workload.task_async, session, os.getpid)  # the loop runs in the main thread
        door.send(Arrived(Worker(os.getpid(), gil_enabled()), [os.getpid()]))
        while (share := door.recv()) is not None:
            loop.run(_work(share, task, job.concurrency, door))
        loop.run(stack.aclose())


async def _work(
    share: Share, task: Callable[[int], Awaitable[Span]], concurrency: int, door: Connection
) -> None:
    slots = asyncio.Semaphore(concurrency)
    done: list[tuple[int, Span]] = []

    async def one(i: int) -> None:
        try:
            done.append((i, await task(i)))
        finally:
            slots.release()
        if len(done) >= MESSAGE:
            door.send(done)
            done.clear()

    async with asyncio.TaskGroup() as group:
        tasks, moments = share
        for number, i in enumerate(tasks):
            if moments and (early := moments[number] - perf_counter_ns()) > 0:
                await asyncio_sleep(early / 1e9)
            await slots.acquire()
            group.create_task(one(i))
    if done:
        door.send(done)


class ProcessesAsyncio(Runner):
    name = "processes-asyncio"
    summary = "an event loop in each of as many processes as cores"
    use_for = "Many connections, each of which needs CPU time"
    flavour = "asyncio"
    shares_process = False
    shares_gil = False
    process_per_core = True
    dispatch_s = 30e-6

    def open(self, job: Job) -> AbstractContextManager[Pool]:
        return processes_that(_serve, job)
