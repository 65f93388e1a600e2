"""processes-asyncio: an event loop in each of as many processes as there are cores.

As servers run asyncio on every core: each process gets its share of the tasks beforehand, and of the
concurrency.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection, wait
from time import perf_counter_ns
from typing import Any

from bench import Batch, Job, Pool, Runner, Span, Worker, gil_enabled, timed_async
from bench.core.exact_sleep import asyncio_sleep
from bench.core.runner import affine_cores
from bench.runners._start_method import named_context

MESSAGE = 256  # results sent together
Share = tuple[range, Sequence[int] | None]  # tasks, and when each is due (ns, perf_counter; None: at once)


def _serve(job: Job, door: Connection) -> None:
    """In each process: one loop, one session, share after share until there is none."""
    workload = job.load()
    with asyncio.Runner() as loop:
        stack = AsyncExitStack()
        session = loop.run(stack.enter_async_context(workload.open_async(job.env)))
        task = timed_async(workload.task_async, session, os.getpid)
        door.send(Worker(os.getpid(), gil_enabled()))
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


def heard(door: Connection) -> Any:
    """What a process sends next. Raises BrokenExecutor when it has ended."""
    try:
        return door.recv()
    except (EOFError, OSError):
        raise BrokenExecutor("a process of the pool ended before its work was done") from None


class LoopsPool:
    loop: str | None = None

    def __init__(self, doors: Sequence[Connection], job: Job, start_method: str) -> None:
        self.doors = doors
        self.job = job
        self.check = job.load().check
        self.start_method: str | None = start_method
        self.arrived: list[Worker] = [heard(door) for door in doors]

    def workers(self) -> list[Worker]:
        return [Worker(os.getpid(), gil_enabled()), *self.arrived]

    def threads(self, idents: Iterable[int]) -> list[tuple[int, int]]:
        return [(pid, pid) for pid in idents]  # each loop runs in its process's main thread

    def warm_up(self) -> Batch:
        return self.run(self.job.concurrency)

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        batch = Batch(n, self.check, due)
        moments = batch.moments()
        for number, door in enumerate(self.doors):
            every = len(self.doors)
            door.send((range(number, n, every), moments[number::every] if moments else None))
        while batch.done < n:
            ready = wait(self.doors)
            for door in self.doors:
                if door in ready:
                    self._take(door, batch)
        return batch

    def _take(self, door: Connection, batch: Batch) -> None:
        for i, span in heard(door):
            batch.add(i, span)


class ProcessesAsyncio(Runner):
    name = "processes-asyncio"
    summary = "an event loop in each of as many processes as cores"
    use_for = "Many connections whose handling computes, too"
    flavour = "asyncio"
    shares_process = False
    shares_gil = False
    process_per_core = True
    dispatch_s = 30e-6

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        context = named_context(job, [__name__, type(workload).__module__, *workload.requires])
        loops = min(affine_cores(), job.concurrency)
        ends = [context.Pipe() for _ in range(loops)]
        processes = []
        for number, (_, theirs) in enumerate(ends):
            share = job.concurrency // loops + (number < job.concurrency % loops)
            own = replace(job, concurrency=share, env=replace(job.env, concurrency=share))
            processes.append(context.Process(target=_serve, args=(own, theirs), daemon=True))
        for process, (_, theirs) in zip(processes, ends, strict=True):
            process.start()
            theirs.close()  # else the end of a process that dies would stay open here
        doors = [ours for ours, _ in ends]
        try:
            yield LoopsPool(doors, job, context.get_start_method())
            for door in doors:
                door.send(None)
        except BaseException:
            for process in processes:
                process.kill()  # whatever a task has made of its signals
            raise
        finally:
            for process in processes:
                process.join()
        if any(process.exitcode for process in processes):
            raise BrokenExecutor("a process of the pool ended badly")
