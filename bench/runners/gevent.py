"""gevent: one thread, a greenlet for each task in flight.

The standard library is patched before anything uses it: what would block a thread switches to the next
greenlet instead, and ordinary blocking code runs as it is.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from threading import get_native_id  # not patched: the one thread's, whichever greenlet asks

from bench import Batch, InProcess, Job, Pool, Runner, Span, timed
from bench.core.batch import Check
from bench.core.exact_sleep import gevent_sleep


class GreenletPool(InProcess):
    def __init__(self, concurrency: int, task: Callable[[int], Span], check: Check) -> None:
        from gevent import config, pool  # installed or not, and under this model alone

        self.loop = f"gevent ({config.loop.__module__.split('.')[1]})"
        self.greenlets = pool.Pool(concurrency)
        self.task = task
        self.check = check

    def threads(self, idents: Iterable[int]) -> list[tuple[int, int]]:
        return [(os.getpid(), tid) for tid in idents]

    def warm_up(self) -> Batch:
        return self.run(self.greenlets.size)

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        batch = Batch(n, self.check, due)

        def one(i: int) -> None:
            batch.add(i, self.task(i))

        for i in batch.arrivals(gevent_sleep):
            self.greenlets.spawn(one, i)  # waits while the pool is full: memory does not grow with n
        self.greenlets.join()
        return batch


class Gevent(Runner):
    name = "gevent"
    summary = "1 thread, a greenlet for each task in flight"
    use_for = "Many connections at once, with blocking libraries written in Python"
    flavour = "sync"
    requires = ("gevent",)
    shares_process = True
    one_thread = True
    picky = True
    dispatch_s = 60e-6

    def prepare(self) -> None:
        from gevent import monkey  # as above

        monkey.patch_all()

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        with workload.open(job.env) as session:
            yield GreenletPool(job.concurrency, timed(workload, session, get_native_id), workload.check)
