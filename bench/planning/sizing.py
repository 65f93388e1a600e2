"""Options to cells, and cells to blocks in seeded order."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bench.core.records import A_A, MAIN, NULL, Cell, Plan
from bench.core.runner import Runner
from bench.core.workload import Workload
from bench.environment.calibration import ROUNDS
from bench.worker.warm import WARM_UPS

BATCH_S = 0.35  # how long a batch should last
LONGEST_WINDOW_S = 1.0  # how far sync may go beyond it for a full window of tasks
WAVES = 10
PILOT_TASKS = 5
IO_CONCURRENCY = 16
OVERHEAD_S = 0.3  # of a cell beside its tasks: process, imports, warm-up
ROUND_S = 0.2  # of the calibration cell
OVERHEAD_PER_PROCESS_S = 0.02
STUDY_BLOCKS = 8  # of a thorough run; its further blocks sharpen the comparison alone

# (family, runner) of the arms that are measured twice: their ratio is 1, whatever the machine makes of it.
TWINS = {("http", "sync"), ("cpu-python", "sync"), ("cpu-python", "multiprocessing")}


@dataclass(frozen=True)
class Pilot:
    """What one task took in a first try, before the plan: it sizes the batches and nothing else."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True)
class Subject:
    """A workload that will be measured, with the runners it will be measured under."""

    workload: Workload
    runners: tuple[Runner, ...]
    pilot: Pilot


def seconds_per_task(
    subject: Subject,
    runner: Runner,
    concurrency: int,
    *,
    cores: int,
    gil: bool,
    dispatch_s: float | None = None,
) -> float:
    """A rough guess, by the same reasoning as the limit (see ``analysis.limits``)."""
    pilot, workload = subject.pilot, subject.workload
    added = runner.dispatch_s if dispatch_s is None else dispatch_s
    if runner.one_at_a_time or not workload.overlaps:
        return pilot.wall_s + added
    in_flight = min(concurrency, cores) if runner.task_per_core else concurrency
    on_all_cores = computes_in_parallel(runner, gil=gil) or (not runner.one_thread and workload.releases_gil)
    parallel = min(concurrency, cores) if on_all_cores else 1
    return max(pilot.wall_s / in_flight, pilot.cpu_s / parallel) + added


def computes_in_parallel(runner: Runner, *, gil: bool) -> bool:
    """Whether its workers can run Python at the same time."""
    return not runner.one_thread and (not runner.shares_gil or not gil)


def cell_seconds(batch_s: float, runner: Runner, concurrency: int) -> float:
    """What a cell takes in all."""
    starting = 1 if runner.shares_gil or runner.process_per_core else concurrency  # processes, interpreters
    return OVERHEAD_S + runner.start_s + OVERHEAD_PER_PROCESS_S * starting + batch_s


def tasks_in_batch(guess: float, runner: Runner, concurrency: int, least_waves: int = 1) -> int:
    """So many that the batch lasts about 0.35 s: at least a full window of tasks for sync and ten waves
    for the others, where that fits; a whole number of waves."""
    enough = math.ceil(BATCH_S / guess)
    if runner.one_at_a_time:
        return max(enough, min(concurrency, math.ceil(LONGEST_WINDOW_S / guess)))
    waves = max(math.ceil(enough / concurrency), least_waves)
    if WAVES * concurrency * guess <= 1.5 * BATCH_S:
        waves = max(waves, WAVES)
    return waves * concurrency


def concurrency_of(workload: Workload, asked: int | None, cores: int) -> int:
    """The tasks in flight: as asked, else 16 for what waits and the usable cores for what computes."""
    return asked or (cores if workload.bound in ("cpu", "none") else IO_CONCURRENCY)


def make_cells(
    subjects: Iterable[Subject],
    *,
    python: str,
    cores: int,
    gil: bool,
    concurrency: int | None = None,
    tasks: int | None = None,
    twins: bool = True,
) -> dict[Cell, float]:
    """A cell for each workload and runner, and the A/A ``twins`` of some; each with the seconds that it is
    expected to take."""
    cells: dict[Cell, float] = {}
    for subject in subjects:
        for runner in subject.runners:
            in_flight = concurrency_of(subject.workload, concurrency, cores)
            guess = seconds_per_task(subject, runner, in_flight, cores=cores, gil=gil)
            cell = Cell(
                python=python,
                workload=subject.workload.label(),
                spec=subject.workload.spec(),
                runner=runner.name,
                concurrency=1 if runner.one_at_a_time else in_flight,
                n=tasks or tasks_in_batch(guess, runner, in_flight),
            )
            cells[cell] = cell_seconds(guess * cell.n, runner, in_flight)
            if twins and (subject.workload.name, runner.name) in TWINS:
                cells[replace(cell, study=A_A)] = cells[cell]
    return cells


def rounds_beside(cells: Mapping[Cell, float], runners: Mapping[str, Runner]) -> int:
    """How many rounds of calibration, by twice the time that the batches of a block take, so that a quick try
    stays quick: at least one. One usual batch is enough for all ``ROUNDS``."""
    batches_s = sum(
        seconds - cell_seconds(0, runners[cell.runner], cell.concurrency) for cell, seconds in cells.items()
    )
    return min(max(math.ceil(2 * batches_s / ROUND_S), 1), ROUNDS)


def twin_of_some(cells: Mapping[Cell, float]) -> dict[Cell, float]:
    """A twin for the first baseline, or else the first cell, of a run that has none of ``TWINS``."""
    if any(cell.study == A_A for cell in cells):
        return {}
    real = [cell for cell in cells if cell.procedure == "batch" and cell.workload != NULL]
    chosen = sorted(real, key=lambda cell: (cell.study != MAIN, cell.runner != "sync"))[:1]
    return {replace(cell, study=A_A): cells[cell] for cell in chosen}


def same_elsewhere(cell: Cell) -> str:
    """What a cell has in common with those that differ in nothing but their Python."""
    return replace(cell, python="", n=0).key


def evened(cells: Mapping[Cell, float]) -> dict[Cell, float]:
    """Cells that differ in nothing but their Python get the same number of tasks, the largest: what first
    tries made of it differs by chance, and a batch's beginning and end weigh less in a longer one. Where one
    is more than twice as long as another, both stay."""
    most: dict[str, int] = {}
    least: dict[str, int] = {}
    for cell in cells:
        key = same_elsewhere(cell)
        most[key], least[key] = max(most.get(key, 0), cell.n), min(least.get(key, cell.n), cell.n)
    found = {}
    for cell, seconds in cells.items():
        key = same_elsewhere(cell)
        n = most[key] if most[key] <= 2 * least[key] else cell.n
        found[cell if n == cell.n else replace(cell, n=n)] = seconds
    return found


def in_block(plan: Plan, block: int) -> list[Cell]:
    """The cells of a block: those of studies are in the first ones alone where the plan says so."""
    past = plan.study_blocks is not None and block >= plan.study_blocks
    return [cell for cell in plan.cells if not (past and cell.study in plan.studies)]


def expected_seconds(plan: Plan) -> float:
    """What the whole run is expected to take, if every block is measured."""
    return sum(plan.expected_s[cell.key] for block in range(plan.blocks) for cell in in_block(plan, block))


def calls_in(plan: Plan) -> int:
    """How many tasks all blocks will run, with those that warm up."""
    cells = [cell for block in range(plan.blocks) for cell in in_block(plan, block)]
    return sum(cell.n + 1 + WARM_UPS * cell.concurrency for cell in cells if cell.procedure == "batch")


def block_order(plan: Plan, block: int) -> list[Cell]:
    """The cells of a block: families shuffled, then the cells within each, so that a baseline runs within
    seconds of its rivals; and what differs in nothing but its Python runs one right after the other, in an
    order of its own. The same for the same seed."""
    shuffle = random.Random(f"{plan.seed}/{block}").shuffle
    family = {info.label: info.family for info in plan.workloads}
    groups: dict[str, list[Cell]] = {}
    for cell in in_block(plan, block):
        groups.setdefault(family.get(cell.workload, cell.workload), []).append(cell)
    names = sorted(groups)
    shuffle(names)
    order = []
    for name in names:
        alike: dict[str, list[Cell]] = {}
        for cell in sorted(groups[name], key=lambda cell: cell.key):
            alike.setdefault(same_elsewhere(cell), []).append(cell)
        members = list(alike.values())
        shuffle(members)
        for side_by_side in members:
            shuffle(side_by_side)
            order += side_by_side
    return order
