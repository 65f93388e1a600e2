"""multiprocessing: a ProcessPoolExecutor with a process for each task in flight."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager, nullcontext
from functools import partial
from multiprocessing.util import Finalize
from threading import Barrier
from typing import Any

from bench import Batch, Job, Pool, Runner, Span, Worker, Workload, gil_enabled, timed
from bench.runners._executors import ExecutorPool, bounded_map, one_each
from bench.runners._start_method import start_context

# State of a pool process between tasks: set once, by its initializer.
_workload: Workload
_task: Callable[[int], Span]
_everyone: Barrier
_session: ExitStack


def _initialize(job: Job, everyone: Barrier) -> None:
    """Runs in each pool process as it starts: build the workload, open the session."""
    global _workload, _task, _everyone, _session
    workload = job.load()
    stack = ExitStack()
    session = stack.enter_context(workload.open(job.env))
    Finalize(None, stack.close, exitpriority=10)  # pool processes skip atexit
    _workload, _task = workload, timed(workload, session, os.getpid)
    _everyone, _session = everyone, stack


def _run(i: int) -> Span:
    return _task(i)


def _run_chunk(items: range) -> list[Span]:
    return [_task(i) for i in items]


def _run_sent(sent: tuple[Any, int]) -> Span:
    session, i = sent
    return timed(_workload, session, os.getpid)(i)


def _run_warm(i: int) -> Span:
    return one_each(_everyone, _task, i)


def _arrive(_: int) -> Worker:
    _everyone.wait(60)
    return Worker(os.getpid(), gil_enabled())


def _leave(_: int) -> None:
    _everyone.wait(60)
    _session.close()


class ProcessPool(ExecutorPool):
    start_method: str | None = None
    loop: str | None = None
    arrived: tuple[Worker, ...] = ()
    chunk = 1
    sent: Callable[[int], Any] | None = None  # what is sent with each task

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        if self.sent:
            return self._run_sending(self.sent, n, due)
        if self.chunk == 1:
            return super().run(n, due)
        # As ``Executor.map(chunksize=)`` does: many tasks are sent together.
        batch = Batch(n, self.check)
        chunks = [range(i, min(i + self.chunk, n)) for i in range(0, n, self.chunk)]
        results = bounded_map(self.executor, _run_chunk, chunks, 4 * self.concurrency)
        for items, spans in zip(chunks, results, strict=True):
            for i, span in zip(items, spans, strict=True):
                batch.add(i, span)
        return batch

    def _run_sending(self, sent: Callable[[int], Any], n: int, due: Sequence[float] | None) -> Batch:
        batch = Batch(n, self.check, due)
        items = ((sent(i), i) for i in batch.arrivals())
        for i, span in enumerate(bounded_map(self.executor, _run_sent, items, 4 * self.concurrency)):
            batch.add(i, span)
        return batch

    def workers(self) -> list[Worker]:
        return [Worker(os.getpid(), gil_enabled()), *self.arrived]

    def threads(self, idents: Iterable[int]) -> list[tuple[int, int]]:
        return [(pid, pid) for pid in idents]  # tasks run in a pool process's main thread


class Multiprocessing(Runner):
    name = "multiprocessing"
    summary = "a process for each task in flight"
    use_for = "CPU-bound Python on several cores"
    flavour = "sync"
    shares_process = False
    shares_gil = False
    place = 3
    core = True
    start_methods = ("fork", "forkserver", "spawn")
    chunks = True
    sends = True
    most = 128  # a process each
    dispatch_s = 300e-6

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        modules = [__name__, type(workload).__module__, *workload.requires]
        context = start_context(self.start_method, modules)
        sent = workload.open(job.env) if job.options.get("sent") else nullcontext()
        with (
            sent as session,
            ProcessPoolExecutor(
                job.concurrency,
                mp_context=context,
                initializer=_initialize,
                initargs=(job.alone(), context.Barrier(job.concurrency)),
            ) as executor,
        ):
            # The pool starts a process only when none is idle: a meeting of all of them starts them all.
            arrived = tuple(executor.map(_arrive, range(job.concurrency)))
            pool = ProcessPool(executor, job.concurrency, workload.check, task=_run, warm_task=_run_warm)
            pool.start_method, pool.arrived = context.get_start_method(), arrived
            pool.chunk = int(job.options.get("chunk", 1))
            pool.sent = partial(workload.of_task, session) if job.options.get("sent") else None
            yield pool
            list(executor.map(_leave, range(job.concurrency)))  # here, an error on closing is raised
