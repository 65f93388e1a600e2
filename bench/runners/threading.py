"""threading: a ThreadPoolExecutor with a thread for each task in flight."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from threading import Barrier, get_ident

from bench import InProcess, Job, Pool, Runner, timed
from bench.runners._executors import ExecutorPool, one_each
from bench.runners._own_sessions import OwnSessions


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
    own_sessions = True
    most = 4096  # a thread each
    dispatch_s = 50e-6

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        everyone = Barrier(job.concurrency)
        own = OwnSessions(workload, job.alone().env, get_ident) if job.options.get("own_session") else None
        shared = nullcontext() if own else workload.open(job.env)
        with shared as session, ThreadPoolExecutor(job.concurrency) as executor:
            task = own.task if own else timed(workload, session, get_ident)
            warm_task = partial(one_each, everyone, task)

            def everywhere(do: Callable[[], object]) -> None:
                list(executor.map(lambda _: (everyone.wait(60), do()), range(job.concurrency)))

            # The pool starts a thread only when none is idle: a meeting of all of them starts them all.
            try:
                everywhere(own.enter if own else int)
            except RuntimeError:  # there are no more threads to start: those that wait would do so in vain
                everyone.abort()
                raise
            yield ThreadPool(executor, job.concurrency, workload.check, task=task, warm_task=warm_task)
            if own:
                everywhere(own.leave)
