"""processes-threads: threads in each of as many processes as there are cores.

As servers such as gunicorn run blocking code on every core (``--workers``, ``--threads``): each process gets
its share of the tasks beforehand, and has a thread for each task that it may have in flight.
"""

import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from multiprocessing.connection import Connection
from threading import Barrier, get_native_id
from time import perf_counter_ns

from bench import Job, Pool, Runner, Span, Worker, gil_enabled, timed
from bench.runners._executors import bounded_map
from bench.runners._shares import MESSAGE, Arrived, Share, processes_that


def _serve(job: Job, door: Connection) -> None:
    """In each process: one session, a thread for each slot, share after share until there is none."""
    workload = job.load()
    everyone = Barrier(job.concurrency)

    def arrive(_: int) -> int:
        everyone.wait(60)  # the pool starts a thread only when none is idle
        return get_native_id()

    with workload.open(job.env) as session, ThreadPoolExecutor(job.concurrency) as threads:
        task = timed(workload, session, get_native_id)
        ids = list(threads.map(arrive, range(job.concurrency)))
        door.send(Arrived(Worker(os.getpid(), gil_enabled()), ids))
        while (share := door.recv()) is not None:
            _work(share, task, threads, 2 * job.concurrency, door)


def _work(
    share: Share, task: Callable[[int], Span], threads: ThreadPoolExecutor, ahead: int, door: Connection
) -> None:
    done: list[tuple[int, Span]] = []
    for i, span in zip(share[0], bounded_map(threads, task, _paced(share), ahead), strict=True):
        done.append((i, span))
        if len(done) >= MESSAGE:
            door.send(done)
            done.clear()
    if done:
        door.send(done)


def _paced(share: Share) -> Iterable[int]:
    """The tasks of a share, each not before it is due."""
    tasks, moments = share
    for number, i in enumerate(tasks):
        if moments and (early := moments[number] - perf_counter_ns()) > 0:
            time.sleep(early / 1e9)
        yield i


class ProcessesThreads(Runner):
    name = "processes-threads"
    summary = "threads in each of as many processes as cores"
    use_for = "Blocking code that waits and computes, such as a server's workers"
    flavour = "sync"
    shares_process = False
    shares_gil = False
    process_per_core = True
    most = 4096  # a thread each
    dispatch_s = 60e-6

    def open(self, job: Job) -> AbstractContextManager[Pool]:
        return processes_that(_serve, job)
