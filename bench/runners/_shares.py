"""What the runners share that give each of several processes its share of the tasks beforehand."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import Any

from bench import Batch, Job, Worker, gil_enabled
from bench.core.cores import usable_cores
from bench.runners._start_method import start_context

MESSAGE = 256  # results sent together
Share = tuple[range, Sequence[int] | None]  # tasks, and when each is due (ns, perf_counter; None: at once)
Serve = Callable[[Job, Connection], None]
"""What each process does: say ``Arrived``, then take share after share, and send (task, span) pairs, until it
gets None."""


@dataclass(frozen=True)
class Arrived:
    """A process that is ready, with the native ids of the threads that run its tasks."""

    worker: Worker
    threads: Sequence[int]


@dataclass(eq=False)
class SharesPool:
    """Processes behind their doors."""

    doors: Sequence[Connection]
    job: Job
    start_method: str | None
    loop: str | None = None
    arrived: list[Arrived] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.check = self.job.load().check
        self.arrived = [heard(door) for door in self.doors]

    def workers(self) -> list[Worker]:
        return [Worker(os.getpid(), gil_enabled()), *(each.worker for each in self.arrived)]

    def threads(self, idents: Iterable[int]) -> list[tuple[int, int]]:
        home = {tid: each.worker.pid for each in self.arrived for tid in each.threads}
        return [(pid, tid) for tid in idents if (pid := home.get(tid)) is not None]

    def warm_up(self) -> Batch:
        return self.run(self.job.concurrency)

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        batch = Batch(n, self.check, due)
        moments = batch.moments()
        for number, door in enumerate(self.doors):
            every = len(self.doors)
            door.send((range(number, n, every), moments[number::every] if moments else None))
        while batch.done < n:
            ready = wait(self.doors)
            for door in self.doors:
                if door in ready:
                    for i, span in heard(door):
                        batch.add(i, span)
        return batch


def heard(door: Connection) -> Any:
    """What a process sends next. Raises BrokenExecutor when it has ended."""
    try:
        return door.recv()
    except (EOFError, OSError):
        raise BrokenExecutor("a process of the pool ended before its work was done") from None


def shares(job: Job, number: int) -> list[Job]:
    """The job for each of so many workers, with its share of the concurrency."""
    least, more = divmod(job.concurrency, number)
    each = [least + (worker < more) for worker in range(number)]
    return [replace(job, concurrency=c, env=replace(job.env, concurrency=c)) for c in each]


@contextmanager
def processes_that(serve: Serve, job: Job) -> Iterator[SharesPool]:
    """As many processes as there are cores, each with its share of the concurrency."""
    workload = job.load()
    context = start_context("", [serve.__module__, type(workload).__module__, *workload.requires])
    own = shares(job, min(usable_cores(), job.concurrency))
    ends = [context.Pipe() for _ in own]
    processes = [
        context.Process(target=serve, args=(each, theirs), daemon=True)
        for each, (_, theirs) in zip(own, ends, strict=True)
    ]
    for process, (_, theirs) in zip(processes, ends, strict=True):
        process.start()
        theirs.close()  # else the end of a process that dies would stay open here
    doors = [ours for ours, _ in ends]
    try:
        yield SharesPool(doors, job, context.get_start_method())
        for door in doors:
            door.send(None)
    except BaseException:
        for process in processes:
            process.kill()  # whatever a task has made of its signals
        raise
    finally:
        for process in processes:
            process.join()
    if any(process.exitcode for process in processes):
        raise BrokenExecutor("a process of the pool ended badly")
