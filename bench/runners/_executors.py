"""What the runners with pools of workers share."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import Protocol, TypeVar

from bench import Batch, Span
from bench.core.batch import Check

S = TypeVar("S")
T = TypeVar("T")


class Meeting(Protocol):
    """A barrier, of threads, processes or interpreters."""

    def wait(self, timeout: float) -> object: ...


def one_each(everyone: Meeting, task: Callable[[int], Span], i: int) -> Span:
    """The task between two meetings of all workers, so that each of them runs exactly one."""
    everyone.wait(60)
    span = task(i)
    everyone.wait(60)
    return span


def bounded_map(executor: Executor, call: Callable[[S], T], items: Iterable[S], ahead: int) -> Iterator[T]:
    """``executor.map`` that submits at most ``ahead`` calls beyond the one whose result is awaited.

    The results come in order. ``Executor.map(buffersize=)`` of Python 3.14 does the same; before it,
    ``map`` makes a future of every item at once, and memory grows with the batch.
    """
    pending: deque[Future[T]] = deque()
    for item in items:
        pending.append(executor.submit(call, item))
        if len(pending) > ahead:
            yield pending.popleft().result()
    while pending:
        yield pending.popleft().result()


@dataclass(eq=False)
class ExecutorPool:
    """Runs batches on an executor that has ``concurrency`` workers."""

    executor: Executor
    concurrency: int
    check: Check
    task: Callable[[int], Span]
    warm_task: Callable[[int], Span]  # see ``one_each``

    def warm_up(self) -> Batch:
        return self._run(self.warm_task, self.concurrency)

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        return self._run(self.task, n, due)

    def _run(self, task: Callable[[int], Span], n: int, due: Sequence[float] | None = None) -> Batch:
        batch = Batch(n, self.check, due)
        # Room for every worker to have one task waiting, and for one slow task to hold up no other.
        ahead = 4 * self.concurrency + 64
        for i, span in enumerate(bounded_map(self.executor, task, batch.arrivals(), ahead)):
            batch.add(i, span)
        return batch
