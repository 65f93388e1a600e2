"""A closed-loop batch: n tasks at one concurrency, timed as a whole. What most cells are."""

import heapq
import time
from operator import sub

from bench.core.batch import Batch
from bench.core.histogram import TASKS_FOR_P99, exact_percentile, histogram
from bench.core.observation import Observation, Stage, Window
from bench.core.runner import RUNNERS
from bench.worker import gil, procfs
from bench.worker.cost import Cost, measured_batch, pids_of
from bench.worker.request import CellError, Request, stage
from bench.worker.warm import Warm, warm_pool


def observe(request: Request) -> Observation:
    """Set up, warm up, one timed batch, and what it cost."""
    started = time.time()
    with warm_pool(request) as warm:
        with stage(Stage.BATCH):
            batch, cost = measured_batch(warm.pool, request.cell, request.services)
        return record(request, started, warm, batch, cost)


def record(request: Request, started: float, warm: Warm, batch: Batch, cost: Cost) -> Observation:
    """The batch as an observation, while the pool is still up."""
    workers = warm.pool.workers()
    pids = pids_of(warm.pool)
    # Memory first: what is made of the spans below is not the batch's.
    peak, proportional = procfs.peak_memory(pids), procfs.proportional_memory(pids)
    ordered = sorted(map(sub, batch.end, batch.start))
    if ordered[0] < 0:
        raise CellError(Stage.BATCH, "a task ended before it began, by the clock: it was tampered with")
    return Observation(
        request.block,
        request.cell.key,
        started,
        wall_s=batch.wall_s,
        n=request.cell.n,
        # A part of a batch has other inputs than the whole.
        steady_s=batch.steady_s(request.cell.concurrency) if warm.workload.round == 1 else None,
        import_s=warm.import_s,
        startup_s=warm.startup_s,
        first_task_s=warm.first_task_s,
        latency_sum_s=sum(ordered) / 1e9,
        latencies=histogram(ordered),
        p50_s=exact_percentile(ordered, 0.50),
        p95_s=exact_percentile(ordered, 0.95),
        p99_s=exact_percentile(ordered, 0.99) if len(ordered) >= TASKS_FOR_P99 else None,
        digest=batch.digest,
        threads_seen=len(set(batch.worker)),
        cpu_s=cost.cpu_s,
        parts=cost.parts,
        switches_voluntary=cost.voluntary,
        switches_involuntary=cost.involuntary,
        steal_s=cost.steal_s,
        services=cost.services,
        memory_peak=peak,
        memory_pss=proportional,
        gil=all(worker.gil for worker in workers),
        gil_by=gil.turned_on_by(),
        start_method=warm.pool.start_method,
        loop=warm.pool.loop,
        client_version=warm.client_version,
        client_extension=None if apart(request) or batch.elsewhere else warm.workload.extension(),
        elsewhere=batch.elsewhere,
        window=window(batch, request.window),
    )


def apart(request: Request) -> bool:
    """Whether the pool's workers import for themselves what this interpreter may import otherwise: some
    extensions refuse to be in a subinterpreter."""
    runner = RUNNERS.get(request.cell.runner)
    return runner.shares_process and not runner.shares_gil


def window(batch: Batch, most: int) -> Window | None:
    """The first ``most`` spans by start: contiguous, since a random sample would spoil a timeline. None where
    the starts are by other machines' clocks."""
    if not most or batch.elsewhere:
        return None
    origin = min(batch.start)
    order = heapq.nsmallest(most, range(len(batch.start)), key=batch.start.__getitem__)
    number: dict[int, int] = {}
    return Window(
        start_us=[(batch.start[i] - origin) // 1000 for i in order],
        length_us=[(batch.end[i] - batch.start[i]) // 1000 for i in order],
        worker=[number.setdefault(batch.worker[i], len(number)) for i in order],
    )
