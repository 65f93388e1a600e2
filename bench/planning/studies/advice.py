"""Advice: which model a function of the user should run under, and at which concurrency."""

import math

from bench.core.runner import Runner
from bench.core.user_function import Own
from bench.planning.dear_calls import dear_cells
from bench.planning.sizing import IO_CONCURRENCY
from bench.planning.study import CellRequest, Study, StudyScope
from bench.worker.warm import MOST_WARM_UPS

BLOCKS = 6  # the fewest that give an interval of 95 %


class Advice(Study):
    name = "advice"
    title = "Advice"
    question = "Which model should this function run under, and at which concurrency?"
    place = 1
    blocks = BLOCKS
    command = "python -m bench advise FILE.py:FUNCTION"
    takes_workloads = True
    settles_early = True
    takes_concurrencies = True
    how = """
        The function runs under every model that can run it, with as many calls in flight as there are
        cores and, if it waits, with 16; each cell in a fresh process, in blocks, beside a plain loop.
        Speed-up is calls per second over the plain loop of the same block. The limit is what
        its waiting and computing allow. Results are compared with what the function returned alone,
        where that was the same each time. It holds the GIL if threads that should share the cores do
        not. Of models tied for the best, the simplest is named first.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        own = next((workload for workload in scope.workloads if isinstance(workload, Own)), None)
        if own is None:
            return []
        able = [runner for runner in scope.runners if can_run(own, runner)]
        if own.dear:
            return dear_cells(own, able, scope.cores, scope.concurrencies)
        usual = (scope.cores,) if own.bound == "cpu" else (scope.cores, IO_CONCURRENCY)
        cells = [
            (runner, concurrency)
            for runner in able
            for concurrency in ((1,) if runner.one_at_a_time else sorted({*(scope.concurrencies or usual)}))
            if concurrency <= runner.most
        ]
        each = own.calls // (BLOCKS * max(len(cells), 1))
        return [
            CellRequest(
                own,
                runner,
                in_flight,
                most_tasks=max(each - 1 - MOST_WARM_UPS * in_flight, in_flight) if own.calls else math.inf,
            )
            for runner, in_flight in cells
        ]


def can_run(own: Own, runner: Runner) -> bool:
    """A coroutine alone can be run one after another too, in a loop of its worker's own; but several threads
    must not share that."""
    if own.function or runner.flavour != "sync":
        return runner.flavour in own.flavours
    return runner.one_at_a_time or not runner.shares_process
