"""sync: one thread, one task after another."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from threading import get_ident

from bench import Batch, InProcess, Job, Pool, Runner, Span, timed
from bench.core.batch import Check


class SyncPool(InProcess):
    def __init__(self, task: Callable[[int], Span], check: Check) -> None:
        self.task = task
        self.check = check

    def warm_up(self) -> Batch:
        return self.run(1)

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        batch = Batch(n, self.check, due)
        for i in batch.arrivals():
            batch.add(i, self.task(i))
        return batch


class Sync(Runner):
    name = "sync"
    summary = "1 thread, 1 task at a time"
    use_for = "Scripts; the reference"
    flavour = "sync"
    shares_process = True
    place = 1
    core = True
    one_at_a_time = True
    one_thread = True
    dispatch_s = 1e-6

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        workload = job.load()
        with workload.open(job.env) as session:
            yield SyncPool(timed(workload, session, get_ident), workload.check)
