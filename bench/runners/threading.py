"""threading: a ThreadPoolExecutor with a thread for each task in flight."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier, get_ident

from bench import InProcess, Job, Pool, Runner, Span, timed
from bench.runners._executors import ExecutorPool


class ThreadPool(ExecutorPool, InProcess):
    pass


class Threading(Runner):
    name = "threading"
    summary = "a thread for each task in flight"
    use_for = "Blocking I/O with ordinary libraries; C code that lets go of the GIL"
    flavour = "sync"
    shares_process = True
    place = 2
    core = True
    most = 4096  # a thread each
    dispatch_s = 50e-6

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        everyone = Barrier(job.concurrency)
        with workload.open(job.env) as session, ThreadPoolExecutor(job.concurrency) as executor:
            task = timed(workload, session, get_ident)

            def warm_task(i: int) -> Span:
                everyone.wait(60)
                span = task(i)
                everyone.wait(60)
                return span

            # The pool starts a thread only when none is idle: a meeting of all of them starts them all.
            try:
                list(executor.map(lambda _: everyone.wait(60), range(job.concurrency)))
            except RuntimeError:  # no more threads are to be had: those that wait would do so in vain
                everyone.abort()
                raise
            yield ThreadPool(executor, job.concurrency, workload.check, task=task, warm_task=warm_task)
