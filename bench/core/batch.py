"""Timing of tasks: ``timed`` wraps each one, a ``Batch`` collects their spans and checks their results."""

import time
from array import array
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import perf_counter_ns
from typing import Any

from bench.core.errors import VoidCell
from bench.core.observation import Cause
from bench.core.workload import Workload

MASK = (1 << 64) - 1
KEPT_ERRORS = 3
FIRST_WAVES, LEAST_STEADY_WAVES = 4, 3  # of as many tasks as are in flight

Check = Callable[[Any, int], int | Callable[[], int]]  # see ``Workload.check``
# Start and end (ns, CLOCK_MONOTONIC: one clock for all processes), worker, result.
Span = tuple[int, int, int, Any]


@dataclass(frozen=True, slots=True)
class Failed:
    """Stands in the place of a result: the exception that the task raised, in one line."""

    reason: str
    cause: Cause


def describe(error: BaseException) -> Failed:
    """An exception in one line, and which cause of a void cell it is; of a group, its first."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    try:
        text = str(error)
    except BaseException as worse:
        text = f"(it cannot be shown: {type(worse).__name__})"
    broke = any(kind.__name__ == "BrokenExecutor" for kind in type(error).__mro__)  # without importing it
    cause = error.cause if isinstance(error, VoidCell) else Cause.POOL_BROKE if broke else Cause.ERROR
    named = text if isinstance(error, VoidCell) else f"{type(error).__name__}: {text}"
    line = (named.splitlines() or [""])[0][:300]
    return Failed(line.encode(errors="backslashreplace").decode(), cause)  # no lone surrogate can be saved


def timed(workload: Workload, session: Any, who: Callable[[], int]) -> Callable[[int], Span]:
    """The workload's task between two clock readings; ``who`` names the thread or process that ran it.

    Whatever it raises is its failure, ``sys.exit`` and gevent's Timeout, too: no interrupt comes here.
    """
    task = workload.task

    def span(i: int) -> Span:
        start = perf_counter_ns()
        try:
            result = task(session, i)
        except BaseException as error:
            result = describe(error)
        return start, perf_counter_ns(), who(), result

    return span


def timed_async(
    task: Callable[[Any, int], Awaitable[Any]],
    session: Any,
    who: Callable[[], int],
    passed: tuple[type[BaseException], ...] = (),
) -> Callable[[int], Awaitable[Span]]:
    """``timed`` for coroutines: the workload's ``task_async`` or ``task_trio``.

    asyncio's CancelledError is a failure, too: what was cancelled was not done. What is ``passed`` is not the
    task's: trio's Cancelled belongs to the scope that ends, and has to reach it.
    """

    async def span(i: int) -> Span:
        start = perf_counter_ns()
        try:
            result = await task(session, i)
        except passed:
            raise
        except BaseException as error:
            result = describe(error)
        return start, perf_counter_ns(), who(), result

    return span


class Batch:
    """Spans and checked results of n tasks: 24 bytes each, results folded into a digest and then dropped.

    What a check leaves for later is done by ``settle``, when nothing is timed any more.

    ``due`` makes the batch an open loop: seconds from its beginning at which each task should start. A task
    is then timed from that moment, so that one which had to wait for its turn has waited (no coordinated
    omission).

    ``elsewhere`` makes it one of tasks that other machines run, by clocks that are not this one's: a task
    then ends when its result is added here, and began as long before as it took there.
    """

    def __init__(
        self,
        n: int,
        check: Check,
        due: Sequence[float] | None = None,
        *,
        elsewhere: bool = False,
    ) -> None:
        self.start = array("q", bytes(8 * n))
        self.end = array("q", bytes(8 * n))
        self.worker = array("q", bytes(8 * n))
        self.done = 0
        self.failed = 0
        self.errors: list[str] = []
        self.cause = Cause.ERROR  # of the first that failed
        self.late_ns = 0  # by how much tasks of an open loop began late, summed
        self.elsewhere = elsewhere
        self._check = check
        self._digest = 0
        self._later: list[tuple[int, Callable[[], int]]] = []
        self._due = due
        self._began = perf_counter_ns()

    def arrivals(self, sleep: Callable[[float], object] = time.sleep) -> Iterable[int]:
        """The tasks in order, each not before it is due."""
        return range(len(self.start)) if self._due is None else self._paced(self._due, sleep)

    async def arrivals_async(self, sleep: Callable[[float], Awaitable[object]]) -> AsyncIterator[int]:
        """``arrivals`` that lets the event loop run meanwhile: ``sleep`` is one of ``exact_sleep``."""
        for i in range(len(self.start)):
            if self._due is not None and (wait := self._until(self._due[i])) > 0:
                await sleep(wait)
            yield i

    def moments(self) -> Sequence[int] | None:
        """When each task is due (ns, perf_counter), for processes that pace themselves."""
        return None if self._due is None else [self._began + round(moment * 1e9) for moment in self._due]

    def _paced(self, due: Sequence[float], sleep: Callable[[float], object]) -> Iterator[int]:
        for i, moment in enumerate(due):
            if (wait := self._until(moment)) > 0:
                sleep(wait)
            yield i

    def _until(self, moment: float) -> float:
        return moment - (perf_counter_ns() - self._began) / 1e9

    def add(self, i: int, span: Span) -> None:
        """Task ``i`` is over: keep its span, check its result."""
        self.start[i], self.end[i], self.worker[i], result = span
        if self.elsewhere:
            length, self.end[i] = self.end[i] - self.start[i], perf_counter_ns()
            self.start[i] = self.end[i] - length
        if self._due is not None:
            intended = self._began + round(self._due[i] * 1e9)
            self.late_ns += self.start[i] - intended
            self.start[i] = intended
        self.done += 1
        if isinstance(result, Failed):
            self._fail(i, result)
            return
        try:
            number = self._check(result, i)
        except BaseException as error:
            self._fail(i, describe(error))
            return
        if isinstance(number, int):
            self._count(i, number)
        else:
            self._later.append((i, number))

    def settle(self) -> None:
        """Do the checks that were left for after the batch."""
        later, self._later = self._later, []
        for i, check in later:
            try:
                self._count(i, check())
            except BaseException as error:
                self._fail(i, describe(error))

    def _count(self, i: int, number: int) -> None:
        # Order does not matter to a sum, and a task done twice or never does.
        self._digest = (self._digest + (number + 1) * (2 * i + 1)) & MASK

    def _fail(self, i: int, failed: Failed) -> None:
        self.cause = self.cause if self.failed else failed.cause
        self.failed += 1
        if len(self.errors) < KEPT_ERRORS:
            self.errors.append(f"task {i}: {failed.reason}")

    @property
    def digest(self) -> str:
        """The results as one number, in hexadecimal."""
        return f"{self._digest:016x}"

    def steady_s(self, concurrency: int) -> float | None:
        """Seconds per task of the steady part: from the end of the fourth wave to that of the last but one,
        between filling and draining the slots. None where that leaves less than three waves.

        What was done in that time are the tasks in it, and of those that reach beyond it the part within: it
        makes no difference how far two threads that alternate happen to be when it begins and ends.
        """
        n = len(self.end)
        if self._due is not None or n < (FIRST_WAVES + LEAST_STEADY_WAVES + 1) * concurrency:
            return None
        ends = sorted(self.end)
        begin, end = ends[FIRST_WAVES * concurrency - 1], ends[n - concurrency - 1]
        done = sum(
            (min(task_end, end) - max(start, begin)) / max(task_end - start, 1)
            for start, task_end in zip(self.start, self.end, strict=True)
            if task_end > begin and start < end
        )
        return max((end - begin) / done, 1) / 1e9 if done else None

    @property
    def wall_s(self) -> float:
        """The makespan: first task's start to last task's end; elsewhere, first order to last answer."""
        return (max(self.end) - (self._began if self.elsewhere else min(self.start))) / 1e9
