"""threads-asyncio: an event loop in each of as many threads as there are cores.

What a build without a GIL makes worth while: each loop gets its share of the tasks beforehand, and of the
concurrency.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AsyncExitStack, ExitStack, contextmanager
from dataclasses import dataclass
from threading import get_ident
from time import perf_counter_ns

from bench import Batch, InProcess, Job, Pool, Runner, Span, timed_async
from bench.core.batch import Check
from bench.core.cores import usable_cores
from bench.core.exact_sleep import asyncio_sleep
from bench.core.workload import Workload
from bench.runners._shares import Share, shares

Done = list[tuple[int, Span]]
Work = Callable[[Share], "Future[Done]"]


@contextmanager
def _loop_in_thread(workload: Workload, job: Job) -> Iterator[Work]:
    """A thread with a loop and a session of its own; what it gives hands it a share."""
    with ThreadPoolExecutor(1) as thread:
        loop, stack = asyncio.Runner(), AsyncExitStack()
        session = thread.submit(loop.run, stack.enter_async_context(workload.open_async(job.env))).result()
        task = timed_async(workload.task_async, session, get_ident)
        try:
            yield lambda share: thread.submit(loop.run, _work(share, task, job.concurrency))
        finally:
            thread.submit(loop.run, stack.aclose()).result()
            thread.submit(loop.close).result()


async def _work(share: Share, task: Callable[[int], Awaitable[Span]], concurrency: int) -> Done:
    slots = asyncio.Semaphore(concurrency)
    done: Done = []

    async def one(i: int) -> None:
        try:
            done.append((i, await task(i)))
        finally:
            slots.release()

    async with asyncio.TaskGroup() as group:
        tasks, moments = share
        for number, i in enumerate(tasks):
            if moments and (early := moments[number] - perf_counter_ns()) > 0:
                await asyncio_sleep(early / 1e9)
            await slots.acquire()
            group.create_task(one(i))
    return done


@dataclass(eq=False)
class LoopThreadsPool(InProcess):
    loops: Sequence[Work]
    concurrency: int
    check: Check

    def warm_up(self) -> Batch:
        return self.run(self.concurrency)

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        batch = Batch(n, self.check, due)
        moments, every = batch.moments(), len(self.loops)
        working = [
            work((range(number, n, every), moments[number::every] if moments else None))
            for number, work in enumerate(self.loops)
        ]
        for share in working:
            for i, span in share.result():
                batch.add(i, span)
        return batch


class ThreadsAsyncio(Runner):
    name = "threads-asyncio"
    summary = "an event loop in each of as many threads as cores"
    use_for = "Many connections on a free-threaded build"
    flavour = "asyncio"
    shares_process = True
    dispatch_s = 30e-6

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        with ExitStack() as stack:
            own = shares(job, min(usable_cores(), job.concurrency))
            loops = [stack.enter_context(_loop_in_thread(workload, each)) for each in own]
            yield LoopThreadsPool(loops, job.concurrency, workload.check)
