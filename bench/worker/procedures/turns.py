"""Who ran when: each worker does short pieces of work for a while, and notes when they end.

Options: ``switch_interval_ms``, of ``sys.setswitchinterval`` in the process of the threads.
"""

import sys
import time
from statistics import fmean, median

from bench.core.observation import Observation, Stage, WorkerLane
from bench.core.runner import RUNNERS, Job
from bench.core.workload import Env, load
from bench.worker.cost import sound
from bench.worker.request import Request, stage
from workloads.turns import SEEN, Pieces, Span


def observe(request: Request) -> Observation:
    """One batch of one task for each worker. ``figures``: turns (spans in which a worker ran, of all), turn_s
    (the median one), ran (the mean share of its time that a worker ran), queued (that it waited for a core),
    switch_s (the switch interval)."""
    started = time.time()
    cell = request.cell
    with stage(Stage.START):
        workload, runner = load(cell.spec), RUNNERS.get(cell.runner)
        if interval := cell.options.get("switch_interval_ms"):
            sys.setswitchinterval(float(interval) / 1e3)
    with stage(Stage.OPEN), runner.open(Job(cell.spec, Env(cell.concurrency), cell.concurrency)) as pool:
        SEEN.clear()
        with stage(Stage.BATCH):
            batch = sound(pool.run(cell.concurrency))
        gil = all(worker.gil for worker in pool.workers())
    seen = sorted(SEEN)
    origin = min(ran[0][0] for _, ran, _ in seen)
    lengths = [end - start for _, ran, _ in seen for start, end in ran]
    inner = [end - start for _, ran, _ in seen for start, end in ran[1:-1]]
    assert isinstance(workload, Pieces)
    lasts = workload.lasts * 1e9
    return Observation(
        request.block,
        cell.key,
        started,
        wall_s=batch.wall_s,
        n=cell.concurrency,
        gil=gil,
        figures={
            "turns": len(lengths),
            "turn_s": median(inner or lengths) / 1e9,
            "ran": fmean(min(total(ran) / lasts, 1.0) for _, ran, _ in seen),
            "queued": fmean(total(queued) / lasts for _, _, queued in seen),
            "switch_s": sys.getswitchinterval(),
        },
        lanes=[WorkerLane(*columns(ran, origin), *columns(queued, origin)) for _, ran, queued in seen],
    )


def total(spans: list[Span]) -> int:
    return sum(end - start for start, end in spans)


def columns(spans: list[Span], origin: int) -> tuple[list[int], list[int]]:
    """Starts and lengths in microseconds."""
    return [(s - origin) // 1000 for s, _ in spans], [max((e - s) // 1000, 1) for s, e in spans]
