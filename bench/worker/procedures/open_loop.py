"""An open-loop batch: tasks arrive when they will, whether or not the ones before them are done.

Options: ``load``, a share of what this process can do, which a closed batch measures first; or ``rate``,
tasks per second. ``neighbour`` and what else ``worker.neighbours`` reads: in force for the open-loop
batch alone.
"""

import math
import time
from dataclasses import replace
from itertools import accumulate
from random import Random
from statistics import fmean

from bench.core.batch import Batch
from bench.core.cell import Cell
from bench.core.observation import Observation, Stage
from bench.core.runner import Pool
from bench.worker.cost import measured_batch, sound
from bench.worker.neighbours import neighbours
from bench.worker.procedures.batch import record
from bench.worker.request import Request, stage
from bench.worker.warm import warm_pool

CAPACITY_S = 0.3
LEAST_WAVES = 2


def observe(request: Request) -> Observation:
    """Set up, warm up, measure what the pool can do, then the open-loop batch; latencies count from when
    each task was due. ``figures``: capacity (where a load was asked for) and rate in tasks/s; the load that
    was offered, by the capacity before and after; late_s, by which the mean task began late, in seconds;
    growth, the mean latency of the later half of the arrivals by that of the earlier."""
    started = time.time()
    cell = request.cell
    with warm_pool(request) as warm:
        with stage(Stage.BATCH):
            figures = rates(warm.pool, cell)
            due = arrivals(cell.n, figures["rate"], request.block)
            beside = neighbours(warm.pool, cell.options)
            batch, cost = measured_batch(warm.pool, cell, request.services, due, beside)
            if before := figures.get("capacity"):
                figures["offered"] = 2 * figures["rate"] / (before + capacity(warm.pool, cell.concurrency))
        figures["late_s"] = max(batch.late_ns, 0) / cell.n / 1e9
        figures["growth"] = growth(batch)
        return replace(record(request, started, warm, batch, cost), figures=figures)


def growth(batch: Batch) -> float:
    """The mean latency of the later half of the tasks by that of the earlier: about 1 where a queue is
    stable; where more arrive than are served, it heads for 3."""
    latencies = [end - start for start, end in zip(batch.start, batch.end, strict=True)]
    half = len(latencies) // 2
    return fmean(latencies[half:]) / max(fmean(latencies[:half] or latencies), 1)


def rates(pool: Pool, cell: Cell) -> dict[str, float]:
    """The tasks per second at which tasks are to arrive, and, where a load is asked for, the capacity."""
    if "rate" in cell.options:
        return {"rate": float(cell.options["rate"])}
    most = capacity(pool, cell.concurrency)
    return {"capacity": most, "rate": most * float(cell.options["load"])}


def capacity(pool: Pool, concurrency: int) -> float:
    """Tasks per second of a closed batch: whole waves, as many as last about ``CAPACITY_S``."""
    wave = LEAST_WAVES * concurrency
    trial = sound(pool.run(wave))
    tasks = max(math.ceil(CAPACITY_S / trial.wall_s), 1) * wave
    return tasks / sound(pool.run(tasks)).wall_s


def arrivals(n: int, rate: float, block: int) -> list[float]:
    """When each of n tasks is due: seconds from the beginning, with exponential gaps (Poisson arrivals).

    Every block draws others, the same for every model in it: a p99 depends on the draw more than on all
    else. The gaps are scaled so that their mean is exactly 1 / rate: a draw would else favour a rate.
    """
    draw = Random(block)
    moments = list(accumulate(draw.expovariate(1.0) for _ in range(n)))
    return [moment / moments[-1] * n / rate for moment in moments]
