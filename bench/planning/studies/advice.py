"""Advice: which model a function of the user should run under, and at which concurrency."""

import math

from bench.core.runner import Runner
from bench.core.user_function import Own
from bench.planning.dear_calls import dear_cells
from bench.planning.sizing import IO_CONCURRENCY
from bench.planning.study import CellRequest, Study, StudyScope
from bench.worker.warm import MOST_WARM_UPS

MANY = 64  # beyond the limits that libraries set by default, of 10, 32 or 40
WAVES_OF_MANY = 3  # in a batch, which is long where something runs them one after another
LONGEST_WAVE_S = 0.25
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
        cores and, if it waits, with 16 and 64; each cell in a fresh process, in blocks, beside a plain loop.
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
        cells = [
            (runner, concurrency)
            for runner in able
            for concurrency in concurrencies(own, runner, scope)
            if concurrency <= runner.most
        ]
        each = own.calls // (BLOCKS * max(len(cells), 1))
        return [
            CellRequest(own, runner, in_flight, most_tasks=most_tasks(own, in_flight, each))
            for runner, in_flight in cells
        ]


def most_tasks(own: Own, concurrency: int, each: int) -> float:
    """Most tasks in a batch of a cell that may make so many calls ``each`` time."""
    few = WAVES_OF_MANY * concurrency if concurrency >= MANY else math.inf
    return min(max(each - 1 - MOST_WARM_UPS * concurrency, concurrency) if own.calls else math.inf, few)


def concurrencies(own: Own, runner: Runner, scope: StudyScope) -> list[int]:
    """Calls in flight: those that were asked for; else as many as cores, and of what waits two more, so that
    it shows where they end to gain."""
    if runner.one_at_a_time:
        return [1]
    if scope.concurrencies or own.bound == "cpu":
        return sorted({*(scope.concurrencies or (scope.cores,))})
    quick = own.held * MANY < LONGEST_WAVE_S and own.seconds < LONGEST_WAVE_S
    many = (MANY,) if quick and own.bound == "io" and runner.core and runner.shares_process else ()
    return sorted({scope.cores, IO_CONCURRENCY, *many})


def can_run(own: Own, runner: Runner) -> bool:
    """A coroutine alone can be run one after another too, on a loop of its process or thread."""
    if own.function or runner.flavour != "sync":
        return runner.flavour in own.flavours
    return runner.core or not runner.shares_process
