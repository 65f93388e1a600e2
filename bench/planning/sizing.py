"""Size of a cell's batch and duration of the cell: a rough estimate from a pilot run."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from bench.core.batch import FIRST_WAVES, LEAST_STEADY_WAVES
from bench.core.cell import Cell
from bench.core.runner import Runner
from bench.core.workload import Workload
from bench.planning.study import CellRequest
from bench.worker.warm import least_warm_up

BATCH_S = 0.2  # how long a batch should last
WAITING_S = 0.35  # of tasks that wait: requests begun together go in step at first, which is 2 % faster
PAIRED_S = 0.1  # of what computes and is compared with itself: its processes differ more than its tasks
SHORT_S = 0.15  # of tasks without work, and of lessons that compute
LONGEST_WINDOW_S = 1.0  # how long sync may take for a full window of tasks, and others for a steady part
STEADY_WAVES = FIRST_WAVES + LEAST_STEADY_WAVES + 1  # with the last one, which drains the slots
WAVES = 10
IO_CONCURRENCY = 16
BLOCKING_CONCURRENCY, WAVES_OF_LESSON = 4, 2
OVERHEAD_S = 0.2  # of a cell, besides its tasks: process, imports
OVERHEAD_PER_PROCESS_S = 0.02


@dataclass(frozen=True)
class Pilot:
    """Seconds that one task took in a pilot run, used only to size the batches."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Sized:
    """A cell with the expected seconds of its batch and of all of it."""

    cell: Cell
    batch_s: float
    seconds: float


def size(
    request: CellRequest,
    pilot: Pilot | None,
    *,
    python: str,
    cores: int,
    gil: bool,
    paired: bool = False,
    one_model: bool = False,
) -> Sized:
    """The cell of a request, with the number of tasks in its batch. ``paired``: it is compared with itself;
    ``one_model``: no other is measured on its family of workloads."""
    workload, runner, concurrency = request.workload, request.runner, request.concurrency
    guess = 0.0 if pilot is None else seconds_per_task(request, pilot, cores=cores, gil=gil)
    window = request.window or concurrency
    n = request.n or tasks_in_batch(
        guess, runner, window, request.waves, usual_batch(workload, paired=paired)
    )
    if not workload.overlaps and not request.n:  # one after the other: a few show that
        n = WAVES_OF_LESSON * concurrency
    if n > request.most_tasks:
        n = int(request.most_tasks) - int(request.most_tasks) % concurrency
    n = whole_rounds(n, workload, most=request.most_tasks)
    cell = Cell(
        python=python,
        workload=request.label,
        spec=workload.spec(),
        runner=runner.name,
        concurrency=concurrency,
        n=n,
        options=request.options,
        study=request.study,
        procedure=request.procedure,
    )
    load = float(request.options.get("load", 1))  # an open loop leaves the workers idle for the rest
    batch_s = guess * n / load
    warm_up_s = max(
        3 * max(workload.wait, guess * concurrency),  # a task, then two waves
        min(least_warm_up(workload, one_model=one_model), 2 * batch_s),
    )
    seconds = request.expected_s or cell_seconds(batch_s + warm_up_s, runner, concurrency)
    return Sized(cell, batch_s, seconds)


def of_one_model(measured: Iterable[tuple[str, str]]) -> set[str]:
    """The families that are measured under one model alone. ``measured``: pairs of family and model."""
    models: dict[str, set[str]] = {}
    for family, model in measured:
        models.setdefault(family, set()).add(model)
    return {family for family, under in models.items() if len(under) == 1}


def whole_rounds(n: int, workload: Workload, *, most: float = math.inf) -> int:
    """As many tasks or a few more, or less where that exceeds the ``most``, that are whole rounds of the
    workload's: at least one."""
    rounds = math.ceil(n / workload.round)
    if rounds * workload.round > most:
        rounds -= 1
    return max(rounds, 1) * workload.round


def usual_concurrency(workload: Workload, cores: int) -> int:
    """Default concurrency: 16 for workloads that wait, the number of cores for those that compute, and a few
    for those that block the event loop: they show that with any number."""
    if workload.bound in ("cpu", "none"):
        return cores
    return IO_CONCURRENCY if workload.overlaps else BLOCKING_CONCURRENCY


def usual_batch(workload: Workload, *, paired: bool = False) -> float:
    """Seconds that a batch should last."""
    if paired and workload.bound == "cpu":
        return PAIRED_S
    short = workload.bound == "none" or (workload.bound == "cpu" and workload.lesson)
    if short:
        return SHORT_S
    # Advice asks which model is ahead, for which fewer calls do.
    waits = workload.bound == "io" and workload.overlaps and not workload.unproven
    return WAITING_S if waits else BATCH_S


def seconds_per_task(request: CellRequest, pilot: Pilot, *, cores: int, gil: bool) -> float:
    """A rough estimate, by the same reasoning as the limit (see ``analysis.limits``)."""
    workload, runner, concurrency = request.workload, request.runner, request.concurrency
    added = runner.dispatch_s if request.dispatch_s is None else request.dispatch_s
    if runner.one_at_a_time or not workload.overlaps:
        return pilot.wall_s + added
    in_flight = min(concurrency, cores) if runner.task_per_core else concurrency
    side_by_side = workload.spreads or (workload.releases_gil and not runner.one_thread)
    on_all_cores = side_by_side or computes_in_parallel(runner, gil=gil)
    parallel = min(concurrency, cores) if on_all_cores else 1
    return max(pilot.wall_s / in_flight, pilot.cpu_s / parallel) + added


def computes_in_parallel(runner: Runner, *, gil: bool) -> bool:
    """Whether its workers can run Python at the same time."""
    return not runner.one_thread and (not runner.shares_gil or not gil)


def cell_seconds(batch_s: float, runner: Runner, concurrency: int) -> float:
    """Seconds of a whole cell: its process, its workers, its tasks."""
    starting = 1 if runner.shares_gil or runner.process_per_core else concurrency  # processes, interpreters
    return OVERHEAD_S + runner.start_s + OVERHEAD_PER_PROCESS_S * starting + batch_s


def tasks_in_batch(
    guess: float, runner: Runner, concurrency: int, least_waves: int = 1, batch_s: float = BATCH_S
) -> int:
    """Number of tasks that takes about ``batch_s``, in whole waves: at least a full window of tasks for sync,
    for the others as many waves as have a steady part, and ten, where that fits."""
    enough = math.ceil(batch_s / guess)
    if runner.one_at_a_time:
        return max(enough, min(concurrency, math.ceil(LONGEST_WINDOW_S / guess)))
    waves = max(math.ceil(enough / concurrency), least_waves)
    for more, within in ((STEADY_WAVES, LONGEST_WINDOW_S), (WAVES, 1.5 * batch_s)):
        if more * concurrency * guess <= within:
            waves = max(waves, more)
    return waves * concurrency
