"""trio: one thread, an event loop, a nursery that holds a task for each task in flight.

``trio.run`` lasts as long as the session, so that one task opens and closes it. Batches are ordered from
outside meanwhile: hence a thread of its own.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import get_ident
from typing import TYPE_CHECKING, Any, TypeVar

from bench import Batch, InProcess, Job, Pool, Runner, Span, timed_async
from bench.core.exact_sleep import trio_sleep

if TYPE_CHECKING:
    import trio

T = TypeVar("T")
Order = tuple[int, Sequence[float] | None, Future[Batch]]


async def work(batch: Batch, task: Callable[[int], Awaitable[Span]], concurrency: int) -> None:
    """Run the tasks of a batch, so many concurrently."""
    import trio  # installed or not, and under this model alone

    slots = trio.Semaphore(concurrency)

    async def one(i: int) -> None:
        try:
            batch.add(i, await task(i))
        finally:
            slots.release()

    async with trio.open_nursery() as nursery:
        async for i in batch.arrivals_async(trio_sleep):
            await slots.acquire()  # before the task is made: memory does not grow with n
            nursery.start_soon(one, i)


def heard(answer: Future[T], life: Future[None]) -> T:
    """The loop's answer; if the loop ends without one, raises why."""
    either: list[Future[Any]] = [answer, life]
    wait(either, return_when=FIRST_COMPLETED)
    if not answer.done():
        life.result()
    return answer.result(0)


@dataclass(eq=False)
class TrioPool(InProcess):
    life: Future[None]
    token: trio.lowlevel.TrioToken
    orders: trio.MemorySendChannel[Order]
    concurrency: int
    loop: str | None = "trio"

    def warm_up(self) -> Batch:
        return self.run(self.concurrency)

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        done: Future[Batch] = Future()
        self.tell(self.orders.send_nowait, (n, due, done))
        return heard(done, self.life)

    def tell(self, call: Callable[..., object], *args: object) -> None:
        """Have something called on the loop, if it still runs."""
        with suppress(RuntimeError):  # trio.RunFinishedError
            self.token.run_sync_soon(call, *args)


class Trio(Runner):
    name = "trio"
    summary = "1 thread, trio's event loop, a nursery"
    use_for = "Many connections at once, with tasks that cannot outlive the block that started them"
    flavour = "trio"
    requires = ("trio",)
    shares_process = True
    one_thread = True
    picky = True
    dispatch_s = 60e-6

    @contextmanager
    def open(self, job: Job) -> Iterator[Pool]:
        import trio  # as above

        workload = job.load()
        orders, inbox = trio.open_memory_channel[Order](1)
        opened: Future[trio.lowlevel.TrioToken] = Future()
        serving = trio.CancelScope()

        async def live() -> None:
            async with workload.open_trio(job.env) as session:
                task = timed_async(workload.task_trio, session, get_ident, passed=(trio.Cancelled,))
                opened.set_result(trio.lowlevel.current_trio_token())
                with serving:
                    async for n, due, done in inbox:
                        batch = Batch(n, workload.check, due)
                        await work(batch, task, job.concurrency)
                        done.set_result(batch)

        with ThreadPoolExecutor(1, thread_name_prefix="trio") as executor:
            life = executor.submit(trio.run, live)
            pool = TrioPool(life, heard(opened, life), orders, job.concurrency)
            try:
                yield pool
            finally:
                pool.tell(serving.cancel)
                wait([life])
            life.result()  # raises what went wrong as the session closed
