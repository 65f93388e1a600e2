"""dask: tasks for the workers of a Dask cluster.

On a cluster that is started on this machine, with a worker process for each core; or, by the option
``scheduler``, on an existing one, whose workers may be anywhere. Their clocks are then not this machine's: a
task takes as long as its worker says, a batch from the first order to the last answer here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from threading import get_native_id
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from bench import Batch, Job, Pool, Runner, Span, Worker, gil_enabled, timed
from bench.core.cores import usable_cores
from bench.core.errors import ClusterError
from bench.runners._dask_cluster import joined_cluster, local_cluster

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 8  # tasks submitted for each thread, so that none is idle meanwhile

# State of a worker between tasks: the session of the last cell that opened one.
_session = ExitStack()
_opened = ""
_task: Callable[[int], Span]


def _open(job: Job, number: int, cell: str) -> Worker:
    """Runs once in each worker: build the workload, open the session."""
    global _opened, _task
    with suppress(Exception):
        _session.close()  # of a cell that was ended from outside
    workload = job.load()
    session = _session.enter_context(workload.open(job.env))
    _task, _opened = timed(workload, session, lambda: number << 32 | get_native_id()), cell
    return Worker(os.getpid(), gil_enabled())


def _run(items: range, cell: str) -> list[Span]:
    if cell != _opened:
        raise ClusterError("a worker has no session: it joined the cluster after the others opened theirs")
    return [_task(i) for i in items]


def _close() -> None:
    _session.close()


class DaskPool:
    start_method: str | None = None
    loop: str | None = None

    def __init__(self, client: Client, job: Job) -> None:
        self.client = client
        self.cell = uuid4().hex
        self.check = job.load().check
        self.chunk = int(job.options.get("chunk", 1))
        self.elsewhere = "scheduler" in job.options
        self.orders: dict[Future, range] = {}  # given and not yet answered
        self.slots: dict[str, int] = client.nthreads()  # by the workers' addresses
        for number, (at, slots) in enumerate(self.slots.items()):
            client.subscribe_topic(at, self.hear)
            own = replace(job, env=replace(job.env, concurrency=slots))
            self.order(range(0), _open, own, number, self.cell, at=at)
        self.arrived: list[Worker] = client.gather(list(self.orders))
        self.orders.clear()
        # With more threads than tasks may be in flight, nothing is submitted ahead.
        threads = sum(self.slots.values())
        self.room = AHEAD * threads if threads <= job.concurrency else job.concurrency
        self.first = [at for at, slots in self.slots.items() for _ in range(slots)][: job.concurrency]

    def order(self, items: range, call: Callable[..., Any], *args: object, at: str | None = None) -> None:
        """Have a worker call it: any, or the one at that address."""
        self.orders[self.client.submit(call, *args, workers=at, pure=False)] = items

    async def hear(self, event: tuple[float, dict[str, Any]]) -> None:
        """The scheduler's events about a worker: when one is lost, no answer is awaited any more."""
        if event[1].get("action") == "remove-worker":
            await self.client.cancel(list(self.orders), asynchronous=True)

    def warm_up(self) -> Batch:
        batch = Batch(len(self.first), self.check, elsewhere=self.elsewhere)
        for i, at in enumerate(self.first):
            self.order(range(i, i + 1), _run, range(i, i + 1), self.cell, at=at)
        self.take(batch, room=1)
        return batch

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        if due and self.elsewhere:
            raise ClusterError("the clock of this machine cannot tell when a task began on another one")
        batch = Batch(n, self.check, due, elsewhere=self.elsewhere)
        for i in batch.arrivals():
            if i % self.chunk == 0:
                items = range(i, min(i + self.chunk, n))
                self.order(items, _run, items, self.cell)
            self.take(batch, self.room)
        self.take(batch, room=1)
        self.whole()  # another worker may have done a lost one's tasks: right answers, at the wrong time
        return batch

    def take(self, batch: Batch, room: int) -> None:
        """Wait for answers until fewer orders than ``room`` are without one."""
        from distributed import wait  # installed or not, and under this model alone

        while len(self.orders) >= room:
            try:
                done = list(wait(list(self.orders), return_when="FIRST_COMPLETED").done)
                answers = self.client.gather(done)
            except Exception:
                self.whole()
                raise
            for order, spans in zip(done, answers, strict=True):
                for i, span in zip(self.orders.pop(order), spans, strict=True):
                    batch.add(i, span)

    def whole(self) -> None:
        """Raises ClusterError unless the workers are those that opened the sessions."""
        try:
            now = self.client.nthreads() if self.client.status == "running" else None
        except OSError:  # its connection has ended, which the client has not noticed yet
            now = None
        if now is None:
            raise ClusterError("the scheduler of the Dask cluster is gone")
        if lost := self.slots.keys() - now.keys():
            raise ClusterError(f"the Dask worker at {min(lost)} was lost")
        if new := now.keys() - self.slots.keys():
            raise ClusterError(f"the Dask worker at {min(new)} joined the cluster in the middle of a cell")

    def workers(self) -> list[Worker]:
        all_of_them = [Worker(os.getpid(), gil_enabled()), *self.arrived]
        if self.elsewhere:  # where their process ids mean nothing
            return [replace(worker, pid=None) for worker in all_of_them]
        return all_of_them

    def threads(self, idents: Iterable[int]) -> list[tuple[int, int]]:
        pids = [worker.pid for worker in self.arrived]
        named = [(pids[who >> 32], who & 0xFFFFFFFF) for who in idents]
        return [(pid, tid) for pid, tid in named if pid is not None and not self.elsewhere]

    def close(self) -> None:
        """Close the sessions. Raises what is raised there."""
        for at in self.slots:
            self.order(range(0), _close, at=at)
        self.client.gather(list(self.orders))


class Dask(Runner):
    name = "dask"
    summary = "a Dask worker process for each core, a task at a time"
    use_for = "Work that outgrows one machine: the same code on a cluster"
    flavour = "sync"
    requires = ("distributed",)
    shares_process = False
    shares_gil = False
    process_per_core = True
    task_per_core = True
    clusters = True
    chunks = True
    start_s = 2.5
    dispatch_s = 3e-3

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        scheduler = job.options.get("scheduler")
        workers = min(usable_cores(), job.concurrency)
        with joined_cluster(str(scheduler), job) if scheduler else local_cluster(workers) as client:
            pool = DaskPool(client, job)
            yield pool
            pool.close()
