"""Live progress: the cell being measured, the block, the time left."""

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from bench.core.cell import CALIBRATION, Cell
from bench.core.observation import Failure, Observation
from bench.core.run import Plan
from bench.execution.session import Watcher
from bench.findings.text.figures import counted
from bench.planning.blocks import LOOKS, calls_in, expected_seconds, last_block_s, results_of
from bench.planning.study import settle_early
from bench.report.terminal.layout import say


class Clock:
    """Estimate of the time left: the plan's expectation, corrected by the pace so far."""

    def __init__(self, plan: Plan, there: Sequence[Cell]) -> None:
        self.plan = plan
        self.total = seconds_left(plan, there)
        self.expected = 0.0
        self.began = time.monotonic()

    def done(self, cell: Cell) -> None:
        self.expected += self.plan.expected_s[cell.key]

    def left(self) -> str:
        """As text: "2:05 left"."""
        pace = (time.monotonic() - self.began) / self.expected if self.expected else 1.0
        seconds = max(0.0, (self.total - self.expected) * pace)
        seconds = min(seconds, max(0.0, most_seconds(self.plan) - (time.monotonic() - self.began)))
        return f"{int(seconds) // 60}:{int(seconds) % 60:02d} left"


def seconds_left(plan: Plan, there: Sequence[Cell]) -> float:
    """Seconds that the cells not yet measured are expected to take."""
    return expected_seconds(plan) - sum(plan.expected_s[cell.key] for cell in there)


def most_seconds(plan: Plan) -> float:
    """Seconds after which no block begins: those of the budget, but one block is measured in any case; those
    for which a default run goes on with what is undecided, but it looks once in any case."""
    limits = (plan.budget_s or math.inf, 1), (last_block_s(plan), LOOKS[0] + 1)
    return min(max(limit_s, expected_seconds(plan, certain)) for limit_s, certain in limits)


def announcement(plan: Plan, folder: Path, there: Sequence[Cell]) -> str:
    """The cells, blocks, time and folder of a run that begins."""
    expected_s = seconds_left(plan, there)
    most_s = most_seconds(plan)
    time_left = about(min(expected_s, most_s))
    if there:
        return f"Resuming {folder}: {len(there):,} results exist; the rest takes about {time_left}."
    early = "at most " if settle_early(plan) else ""
    at_most = "at most " if early or plan.mode == "thorough" or expected_s > most_s else ""
    calls = (
        f" and at most {calls_in(plan):,} calls" if any(info.name == "own" for info in plan.workloads) else ""
    )
    builds = [python.name for python in plan.interpreters]
    several = f" on {len(builds)} builds ({', '.join(builds)})" if len(builds) > 1 else ""
    return (
        f"Measuring {counted(len(plan.cells), 'cell')}{several} in {at_most}{counted(plan.blocks, 'block')},"
        f" each cell in a fresh process: {early}about {time_left}{calls}. Saved in {folder} as it goes."
    )


def about(seconds: float) -> str:
    """A time: "36 s", "4.5 minutes"."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.1f} minutes"


def named(cell: Cell, plan: Plan) -> str:
    """A cell in a line of progress."""
    if cell.study == CALIBRATION:
        return "effective cores"
    options = "".join(f", {name} {value}" for name, value in cell.options.items())
    in_flight = f", {cell.concurrency} in flight" if cell.study == "sweep" else ""
    python = f", {cell.python}" if len(plan.interpreters) > 1 else ""
    return f"{cell.workload} under {cell.runner}{options}{in_flight}{python}"


class ProgressLines(Watcher):
    """Progress for a pipe or a log: a line for each block."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.clock: Clock | None = None
        self.block = -1

    def tell(self, text: str) -> None:
        say(self.console, text)

    complain = tell

    def planned(self, plan: Plan, folder: Path, there: Sequence[Cell]) -> None:
        say(self.console, announcement(plan, folder, there))
        self.clock = Clock(plan, there)

    def measuring(self, block: int, cell: Cell) -> None:
        assert self.clock is not None
        if block != self.block:
            self.block = block
            self.tell(f"block {block + 1} of {self.clock.plan.blocks}, {self.clock.left()}")

    def measured(self, cell: Cell, record: Observation | Failure) -> None:
        assert self.clock is not None
        self.clock.done(cell)
        if isinstance(record, Failure):
            self.tell(f"{named(cell, self.clock.plan)} failed: {record.reason}")


class ProgressBar(ProgressLines):
    """Progress for a terminal: one line that moves."""

    def __init__(self, console: Console, progress: Progress) -> None:
        super().__init__(console)
        self.progress = progress
        self.task: TaskID = progress.add_task("Starting", total=None)

    def trying(self, label: str) -> None:
        self.progress.update(self.task, description=f"Trying {label}")

    def planned(self, plan: Plan, folder: Path, there: Sequence[Cell]) -> None:
        super().planned(plan, folder, there)
        self.progress.update(self.task, total=results_of(plan), completed=len(there))

    def measuring(self, block: int, cell: Cell) -> None:
        assert self.clock is not None
        plan = self.clock.plan
        now = f"block {block + 1} of {plan.blocks}  {named(cell, plan)}  {self.clock.left()}"
        self.progress.update(self.task, description=now)

    def measured(self, cell: Cell, record: Observation | Failure) -> None:
        super().measured(cell, record)
        self.progress.advance(self.task)


@contextmanager
def progress_for(console: Console | None = None) -> Iterator[Watcher]:
    """The watcher that fits where the output goes: standard error, unless a console is given."""
    console = console or Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield ProgressLines(console)
        return
    columns = (BarColumn(bar_width=20), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console, transient=True) as progress:
        yield ProgressBar(console, progress)
