"""asyncio: one thread, an event loop, a task for each task in flight."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from threading import get_ident
from typing import Any

from bench import Batch, InProcess, Job, Pool, Runner, Span, timed_async
from bench.core.batch import Check
from bench.core.exact_sleep import asyncio_sleep


class LoopPool(InProcess):
    def __init__(
        self,
        loop: asyncio.Runner,
        concurrency: int,
        check: Check,
        *,
        task: Callable[[int], Awaitable[Span]],
        warm_task: Callable[[int], Awaitable[Span]] | None = None,
    ) -> None:
        self.runner = loop
        self.loop = type(loop.get_loop()).__qualname__
        self.concurrency = concurrency
        self.check = check
        self.task = task
        self.warm_task = warm_task or task

    def warm_up(self) -> Batch:
        return self.runner.run(self._run(self.warm_task, self.concurrency))

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        return self.runner.run(self._run(self.task, n, due))

    @contextmanager
    def beside(self, coroutine: Coroutine[Any, Any, None]) -> Iterator[None]:
        """Have a coroutine on the loop beside the tasks of the batches within; raises what it raised."""
        task = self.runner.get_loop().create_task(coroutine)
        try:
            yield
        finally:
            early = task.done()
            task.cancel()
            self.runner.run(asyncio.wait([task]))
        if early:
            task.result()

    async def _run(
        self, task: Callable[[int], Awaitable[Span]], n: int, due: Sequence[float] | None = None
    ) -> Batch:
        batch = Batch(n, self.check, due)
        slots = asyncio.Semaphore(self.concurrency)

        async def one(i: int) -> None:
            try:
                batch.add(i, await task(i))
            finally:
                slots.release()

        async with asyncio.TaskGroup() as group:
            async for i in batch.arrivals_async(asyncio_sleep):
                await slots.acquire()  # before the task is made: memory does not grow with n
                group.create_task(one(i))
        return batch


class Asyncio(Runner):
    name = "asyncio"
    summary = "1 thread, an event loop"
    use_for = "Many connections at once, with async libraries"
    flavour = "asyncio"
    shares_process = True
    place = 4
    core = True
    one_thread = True
    dispatch_s = 25e-6

    def new_loop(self) -> Callable[[], asyncio.AbstractEventLoop] | None:
        """What makes the event loop; None: Python's own."""
        return None

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        with asyncio.Runner(loop_factory=self.new_loop()) as loop:
            stack = AsyncExitStack()
            session = loop.run(stack.enter_async_context(workload.open_async(job.env)))
            try:
                task = timed_async(workload.task_async, session, get_ident)
                yield LoopPool(loop, job.concurrency, workload.check, task=task)
            finally:
                loop.run(stack.aclose())
