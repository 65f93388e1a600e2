"""threading: a ThreadPoolExecutor with a thread for each task in flight."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier, get_ident

from bench import InProcess, Job, Pool, Runner, timed
from bench.runners._executors import ExecutorPool, one_each


class ThreadPool(ExecutorPool, InProcess):
    pass


class Threading(Runner):
    name = "threading"
    summary = "a thread for each task in flight"
    use_for = "Blocking I/O with ordinary libraries; C code that releases the GIL"
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
            warm_task = partial(one_each, everyone, task)
            # The pool starts a thread only when none is idle: a meeting of all of them starts them all.
            try:
                list(executor.map(lambda _: everyone.wait(60), range(job.concurrency)))
            except RuntimeError:  # there are no more threads to start: those that wait would do so in vain
                everyone.abort()
                raise
            yield ThreadPool(executor, job.concurrency, workload.check, task=task, warm_task=warm_task)
