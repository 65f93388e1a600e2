"""asyncio.to_thread: an event loop that hands blocking tasks to threads.

The loop's default executor has min(32, cores + 4) threads; here it is sized to the tasks in flight, as for
the other models.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, get_ident
from typing import Any

from bench import Batch, InProcess, Job, Pool, Runner, Span, timed


class ToThreadPool(InProcess):
    def __init__(
        self,
        loop: asyncio.Runner,
        concurrency: int,
        check: Callable[[Any, int], int],
        *,
        task: Callable[[int], Span],
        warm_task: Callable[[int], Span],
    ) -> None:
        self.runner = loop
        self.loop = type(loop.get_loop()).__qualname__
        self.concurrency = concurrency
        self.check = check
        self.task = task
        self.warm_task = warm_task  # the task between two barriers, so that each thread runs exactly one

    def warm_up(self) -> Batch:
        return self.runner.run(self._run(self.warm_task, self.concurrency, None))

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        return self.runner.run(self._run(self.task, n, due))

    async def _run(self, task: Callable[[int], Span], n: int, due: Sequence[float] | None) -> Batch:
        batch = Batch(n, self.check, due)
        slots = asyncio.Semaphore(self.concurrency)

        async def one(i: int) -> None:
            try:
                batch.add(i, await asyncio.to_thread(task, i))
            finally:
                slots.release()

        async with asyncio.TaskGroup() as group:
            async for i in batch.arrivals_async(asyncio.sleep):
                await slots.acquire()  # before the task is made: memory does not grow with n
                group.create_task(one(i))
        return batch


class AsyncioToThread(Runner):
    name = "asyncio-to-thread"
    summary = "an event loop, a thread for each task in flight"
    use_for = "Blocking libraries within an asyncio program"
    flavour = "sync"
    shares_process = True
    most = 4096  # a thread each
    dispatch_s = 80e-6

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        everyone = Barrier(job.concurrency)
        with workload.open(job.env) as session, asyncio.Runner() as loop:
            loop.get_loop().set_default_executor(ThreadPoolExecutor(job.concurrency))
            task = timed(workload, session, get_ident)

            def warm_task(i: int) -> Span:
                everyone.wait(60)
                span = task(i)
                everyone.wait(60)
                return span

            yield ToThreadPool(loop, job.concurrency, workload.check, task=task, warm_task=warm_task)
