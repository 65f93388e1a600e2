"""Advice: which model a function of the user should run under, and at which concurrency."""

import math
from dataclasses import dataclass, field
from itertools import groupby

from bench.core.cell import Scalar
from bench.core.runner import Runner
from bench.core.user_function import Own
from bench.planning.dear_calls import bound_session, dear_cells
from bench.planning.sizing import IO_CONCURRENCY, STEADY_WAVES
from bench.planning.study import FEWEST_BLOCKS, CellRequest, Study, StudyScope
from bench.worker.warm import MOST_WARM_UPS

MANY = 64  # beyond the limits that libraries set by default, of 10, 32 or 40
WAVES_OF_MANY = 3  # in a batch, which is long where something runs them one after another
LONGEST_WAVE_S = 0.25
HELD_AGAINST = ("sync", "threading")  # the models that a free-threaded build is held against a GIL's with
MOST_BLOCKS = 3 * FEWEST_BLOCKS  # of what the fewest leave open
CHUNKED_BELOW_S = 2e-3  # of a task: one that computes for longer is worth a trip to a process by itself
CHUNK_S = 0.01  # of the tasks of a chunk
SENT_FROM_BYTES = 10_000  # of arguments, at least, that are also sent with each call
PICKLED_PER_S = 200e6  # bytes, roughly: pickled, sent and unpickled
LITTLE = 0.1  # share of a call that sending may take, and not matter


@dataclass(frozen=True)
class Way:
    """A model, with so many calls in flight, and how it is sent them."""

    runner: Runner
    concurrency: int
    options: dict[str, Scalar] = field(default_factory=dict)
    dispatch_s: float | None = None  # where the options change that


class Advice(Study):
    name = "advice"
    title = "Advice"
    question = "Which model should this function run under, and at which concurrency?"
    place = 1
    blocks = MOST_BLOCKS
    command = "python -m bench advise FILE.py:FUNCTION"
    takes_workloads = True
    settles_early = True
    takes_concurrencies = True
    how = """
        The function runs under every model that suits its kind (or that was named): with as many
        calls in flight as there are cores if it computes; if it waits, also with 16, and with 64
        under the core models that share a process, unless calls are slow. Brief calls that compute
        also go to processes in chunks, large arguments are also sent with each call, and threads
        also get a session each. Each cell runs in a fresh process, in blocks, next to a plain
        loop; one that is far behind the best is dropped, and the run ends once the advice is
        clear. Speed-up is calls per second relative to the plain loop of the same block. The
        limit is what its waiting and computing allow. Results are compared with what the function
        returned when run alone, if that was the same each time. It holds the GIL if threads that
        should share the cores do not. Of models tied for the best, the simplest is named first.
    """

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        own = next((workload for workload in scope.workloads if isinstance(workload, Own)), None)
        if own is None:
            return []
        able = [
            runner
            for runner in scope.runners
            if can_run(own, runner) and (scope.chosen or suits(own, runner))
            if not scope.beside or runner.name in HELD_AGAINST
        ]
        if own.dear:
            return dear_cells(own, able, scope.cores, scope.concurrencies)
        found = [way for runner in able for way in ways(own, runner, scope) if way.concurrency <= runner.most]
        if scope.beside:
            found = [next(ways) for _, ways in groupby(found, lambda way: way.runner.name)]
        each = own.calls // (FEWEST_BLOCKS * max(len(found), 1))
        return [
            CellRequest(
                own,
                way.runner,
                way.concurrency,
                way.options,
                waves=STEADY_WAVES if own.uses_pool and way.concurrency >= MANY else 1,
                most_tasks=most_tasks(own, way.concurrency, each),
                dispatch_s=way.dispatch_s,
            )
            for way in found
        ]


def most_tasks(own: Own, concurrency: int, each: int) -> float:
    """Most tasks in a batch of a cell that may make so many calls ``each`` time."""
    few = math.inf
    if concurrency >= MANY:  # a pool's threads are started in the first waves
        few = (STEADY_WAVES if own.uses_pool else WAVES_OF_MANY) * concurrency
    return min(max(each - 1 - MOST_WARM_UPS * concurrency, concurrency) if own.calls else math.inf, few)


def ways(own: Own, runner: Runner, scope: StudyScope) -> list[Way]:
    """The concurrencies, one task at a time; with a session for each thread; and on as many workers as cores
    short tasks in chunks, and large arguments sent with each call, where the model can do that."""
    many = concurrencies(own, runner, scope)
    found = [Way(runner, concurrency, bound_session(own, runner)) for concurrency in many]
    if runner.own_sessions and own.function and own.setup and not own.bound_session:
        usual = [concurrency for concurrency in many if concurrency <= IO_CONCURRENCY] or many[:1]
        found.append(Way(runner, usual[-1], {"own_session": 1}))
    if runner.chunks and own.bound == "cpu" and own.seconds < CHUNKED_BELOW_S:
        chunk = math.ceil(CHUNK_S / own.seconds)
        found.append(Way(runner, scope.cores, {"chunk": chunk}, runner.dispatch_s / chunk))
    sending_s = own.argument_bytes / PICKLED_PER_S
    large = own.argument_bytes >= SENT_FROM_BYTES and sending_s > LITTLE * own.seconds
    if runner.sends and large and own.group == 1:
        found.append(Way(runner, scope.cores, {"sent": 1}, runner.dispatch_s + sending_s))
    return found


def concurrencies(own: Own, runner: Runner, scope: StudyScope) -> list[int]:
    """Calls in flight: those that were asked for; else as many as cores, and of what waits two more, so that
    it shows where they end to gain; in processes 16 of what waits."""
    if runner.one_at_a_time:
        return [1]
    if scope.concurrencies or own.bound == "cpu":
        return sorted({*(scope.concurrencies or (scope.cores,))})
    if own.bound == "io" and not runner.shares_process:
        return [IO_CONCURRENCY]
    quick = own.held * MANY < LONGEST_WAVE_S and own.seconds < LONGEST_WAVE_S
    many = (MANY,) if quick and own.bound == "io" and runner.core else ()
    return sorted({scope.cores, IO_CONCURRENCY, *many})


def suits(own: Own, runner: Runner) -> bool:
    """Whether a model may be the answer: a core one, or one of the standard library that puts several calls
    on each of several cores, of what waits and would keep a core busy with many in flight; or one call on
    each, of what computes. None but the plain loop to a look-up in a cache."""
    if own.is_cached:
        return runner.one_at_a_time
    if runner.core or runner.requires:
        return runner.core
    if own.bound == "cpu":
        return not (runner.shares_gil or runner.process_per_core)
    return runner.process_per_core and own.cpu * MANY > own.seconds


def can_run(own: Own, runner: Runner) -> bool:
    """A coroutine alone can be run one after another too, on a loop of its process or thread."""
    if own.function or runner.flavour != "sync":
        return runner.flavour in own.flavours
    return runner.core or not runner.shares_process
