"""Latency under load: open-loop arrivals at shares of what each model can do."""

from collections.abc import Sequence

from bench.core.histogram import TASKS_FOR_P99
from bench.core.workload import Workload
from bench.planning.sizing import usual_concurrency
from bench.planning.study import CellRequest, Study, StudyScope
from workloads.http_fetch import Aiohttp, Httpx
from workloads.mongo import Pymongo, PymongoAsync

LOADS = (0.5, 0.7, 0.9)
DELAY_S = 0.002  # short, so that a thousand requests one after another take seconds
WORKLOADS: Sequence[Workload] = (
    Httpx(delay=DELAY_S),
    Aiohttp(delay=DELAY_S),
    Pymongo(delay=DELAY_S),
    PymongoAsync(delay=DELAY_S),
)


class Latency(Study):
    name = "latency"
    title = "Latency under load"
    question = (
        "How long do requests take, from when they should have started, at 50, 70 and 90 % of what each model"
        " can do?"
    )
    place = 60
    takes_workloads = True
    how = """
        In each process, once it is warm, a closed batch of about 0.3 s measures the model's
        capacity in tasks per second, with 16 tasks in flight for I/O and 1 for sync. Then 1,000
        tasks arrive at a share of that rate, whether or not earlier ones are done, with exponential
        gaps (Poisson arrivals, paced to a tenth of a millisecond under every model; drawn anew in
        each block, the same for every model). Latency counts from when a task was due, so time
        spent queueing is included: no coordinated omission. It covers the first 1,000 tasks; at 90
        %, a queue keeps growing beyond them. Capacity is measured again afterwards: the load
        offered is the rate divided by the mean of both. A model with more capacity is given more
        tasks per second: the rates are in the table. The p99 is the median over the blocks of the
        p99 of each block's 1,000 tasks, and its interval includes the variation of the arrivals.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        return [
            CellRequest(
                workload,
                runner,
                1 if runner.one_at_a_time else usual_concurrency(workload, scope.cores),
                {"load": load},
                procedure="open_loop",
                n=TASKS_FOR_P99,
            )
            for workload in scope.workloads or WORKLOADS
            for runner in scope.runners
            if runner.flavour in workload.flavours
            for load in LOADS
        ]
