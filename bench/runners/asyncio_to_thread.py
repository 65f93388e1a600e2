"""asyncio.to_thread: an event loop that hands blocking tasks to threads.

The loop's default executor has min(32, cores + 4) threads; here it is sized to the tasks in flight, as for
the other models.
"""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier, get_ident

from bench import Job, Pool, Runner, timed
from bench.runners._executors import one_each
from bench.runners.asyncio import LoopPool


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
        with workload.open(job.env) as session, asyncio.Runner() as loop:
            loop.get_loop().set_default_executor(ThreadPoolExecutor(job.concurrency))
            task = timed(workload, session, get_ident)
            warm_task = partial(one_each, Barrier(job.concurrency), task)
            yield LoopPool(
                loop,
                job.concurrency,
                workload.check,
                task=lambda i: asyncio.to_thread(task, i),
                warm_task=lambda i: asyncio.to_thread(warm_task, i),
            )
