"""Cost of a batch: counters of all threads of the pool, the services and the machine, before and after it."""

import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from bench.core.batch import Batch
from bench.core.cell import Cell, Scalar
from bench.core.observation import Cause, Parts, ServiceShare, Stage
from bench.core.runner import Pool
from bench.worker import procfs, services
from bench.worker.request import CellError


@dataclass(frozen=True)
class Cost:
    """Resources that a batch used; None: unknown."""

    cpu_s: float | None
    parts: Parts | None
    voluntary: int | None
    involuntary: int | None
    steal_s: float | None
    services: dict[str, ServiceShare]


def measured_batch(
    pool: Pool,
    cell: Cell,
    addresses: dict[str, dict[str, Scalar]],
    due: Sequence[float] | None = None,
    beside: AbstractContextManager[None] | None = None,
) -> tuple[Batch, Cost]:
    """Run the cell's batch and measure its cost. ``due``: see ``Batch``. ``beside``: a context entered only
    for the batch, and not part of its cost. Raises CellError when the batch is void."""
    pids = pids_of(pool)
    said_before = {name: account(name, address) for name, address in addresses.items()}
    stolen_before = procfs.steal_seconds()
    before, used_before = procfs.snapshot(pids), list(map(procfs.cpu_seconds, pids))

    with beside or nullcontext():
        begin = time.perf_counter()
        batch = pool.run(cell.n, due)
        seconds = time.perf_counter() - begin

    after, used = procfs.snapshot(pids), list(map(procfs.cpu_seconds, pids))
    stolen = procfs.steal_seconds()
    said = {name: account(name, address) for name, address in addresses.items()}
    sound(batch)
    if batch.wall_s <= 0:
        raise CellError(Stage.BATCH, "no time passed by the clock: a task has tampered with it")
    shares = {name: reading.share(said_before[name], seconds) for name, reading in said.items()}
    for name, reading in said.items():
        if fault := reading.fault(said_before[name], seconds):
            raise CellError(Stage.BATCH, f"the {name} server {fault}", Cause.SERVICE)
        if (peak := reading.peak_in_flight or 0) > cell.concurrency:
            reason = f"{peak} requests were in flight at {name}, {cell.concurrency} were admitted"
            raise CellError(Stage.BATCH, reason)

    steal = None if stolen is None or stolen_before is None else stolen - stolen_before
    if not after:
        return batch, Cost(None, None, None, None, steal, shares)
    spent = {who: times.since(before.get(who, procfs.NOTHING)) for who, times in after.items()}
    parts = parts_of(pool, batch, spent)
    cost = Cost(
        cpu_s=None if beside else increase(used_before, used),  # neighbours compute in the same processes
        parts=parts,
        voluntary=sum(times.voluntary for times in spent.values()),
        involuntary=sum(times.involuntary for times in spent.values()),
        steal_s=steal,
        services=shares,
    )
    return batch, cost


def increase(before: Sequence[float | None], after: Sequence[float | None]) -> float | None:
    """The sum of what rose; None where a figure is not known."""
    pairs = [(b, a) for b, a in zip(before, after, strict=True) if b is not None and a is not None]
    return sum(a - b for b, a in pairs) if len(pairs) == len(after) else None


def account(name: str, address: Mapping[str, Scalar]) -> services.Reading:
    """Counters of a service. Raises CellError when it does not answer."""
    try:
        return services.read(address)
    except (OSError, ValueError) as error:
        said = f"the {name} server did not report on itself: {error}"
        raise CellError(Stage.BATCH, said, Cause.SERVICE) from error


def pids_of(pool: Pool) -> list[int]:
    """Ids of the pool's processes; none where some may be on another machine."""
    pids = [worker.pid for worker in pool.workers()]
    return [] if None in pids else [pid for pid in pids if pid is not None]


def parts_of(pool: Pool, batch: Batch, spent: procfs.Snapshot) -> Parts:
    """Seconds on a core, waiting for one and blocked, of the threads that ran tasks."""
    threads = [spent[who] for who in pool.threads(set(batch.worker)) if who in spent]
    on_core = sum(times.on_core_ns for times in threads) / 1e9
    waiting = sum(times.waiting_ns for times in threads) / 1e9
    return Parts(len(threads), on_core, waiting, max(len(threads) * batch.wall_s - on_core - waiting, 0.0))


def sound(batch: Batch) -> Batch:
    """The batch, if every task was done and right. Raises CellError otherwise."""
    batch.settle()
    if batch.failed or batch.done != len(batch.start):
        total = len(batch.start)
        lost = [f"{total - batch.done} never ended"] if batch.done < total else []
        said = f"{batch.failed} of {total} tasks failed: {'; '.join([*batch.errors, *lost])}"
        raise CellError(Stage.BATCH, said, batch.cause)
    return batch
