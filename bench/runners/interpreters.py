"""interpreters: an InterpreterPoolExecutor with an interpreter for each task in flight.

Each has modules and a GIL of its own, on a thread of this process (Python 3.14 and later).
"""

import atexit
import sys
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from threading import get_ident
from typing import Any

from bench import InProcess, Job, Pool, Runner, Span, timed
from bench.runners._executors import ExecutorPool, one_each


@dataclass
class InterpreterBarrier:
    """A barrier between interpreters, which threading's cannot be.

    Each has a copy; they share the queue, in which each leaves a mark and waits for those of the others.
    """

    marks: Any  # concurrent.interpreters.Queue
    parties: int
    rounds: int = 0

    def wait(self, timeout: float) -> None:
        self.rounds += 1
        self.marks.put(None)
        deadline = time.monotonic() + timeout
        while self.marks.qsize() < self.rounds * self.parties:
            if time.monotonic() > deadline:
                raise TimeoutError("an interpreter of the pool did not reach the barrier")
            time.sleep(0.001)


# State of an interpreter between tasks: each has a copy of this module.
_task: Callable[[int], Span]
_everyone: InterpreterBarrier
_session: ExitStack


def _open(job: Job, everyone: InterpreterBarrier) -> None:
    """Runs once in each interpreter: build the workload, open the session."""
    global _task, _everyone, _session
    everyone.wait(60)
    workload = job.load()
    stack = ExitStack()
    session = stack.enter_context(workload.open(job.env))
    atexit.register(stack.close)  # with the executor at the latest, by the thread that used it
    _task, _everyone, _session = timed(workload, session, get_ident), everyone, stack


def _run(i: int) -> Span:
    return _task(i)


def _run_warm(i: int) -> Span:
    return one_each(_everyone, _task, i)


def _leave(_: int) -> None:
    _everyone.wait(60)
    _session.close()


class InterpreterPool(ExecutorPool, InProcess):
    pass


class Interpreters(Runner):
    name = "interpreters"
    summary = "an interpreter, on a thread of its own, for each task in flight"
    use_for = "CPU-bound Python on several cores, without processes"
    flavour = "sync"
    shares_process = True
    shares_gil = False
    picky = True
    most = 128  # an interpreter each
    dispatch_s = 150e-6

    def available(self) -> str | None:
        if sys.version_info >= (3, 14):
            return None
        return f"it needs Python 3.14 or newer; this is {sys.version_info.major}.{sys.version_info.minor}"

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        from concurrent import interpreters  # type: ignore[attr-defined]  # Python 3.14 and later have it

        workload = job.load()
        everyone = InterpreterBarrier(interpreters.create_queue(), job.concurrency)
        with futures.InterpreterPoolExecutor(job.concurrency) as executor:  # type: ignore[attr-defined]  # as above
            # Not in the executor's initializer: it reports that one failed, and not why.
            opening = [executor.submit(_open, job.alone(), everyone) for _ in range(job.concurrency)]
            for each in opening:
                each.result()
            yield InterpreterPool(executor, job.concurrency, workload.check, task=_run, warm_task=_run_warm)
            list(executor.map(_leave, range(job.concurrency)))  # here, an error on closing is raised
