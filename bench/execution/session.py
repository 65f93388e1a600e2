"""Measuring a run: demos, then block after block, one fresh process for each cell, saved as soon as it is
measured."""

import time
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from bench.core.cell import Cell
from bench.core.demo import DEMOS
from bench.core.observation import Cause, Failure, Observation, Stage
from bench.core.run import Plan, Run
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.execution.cell import failure, run_cell
from bench.execution.child_process import Place, Stop
from bench.execution.demos.run import play
from bench.execution.memory_limit import over_limit
from bench.execution.services.process import ServiceError, Services
from bench.execution.signals import check_interrupts, interrupts_wait
from bench.execution.watchdog import Watchdog
from bench.planning.blocks import LOOKS, block_order, goes_on_while_open, last_block_s
from bench.planning.sizing import of_one_model
from bench.planning.study import settle_early
from bench.storage.run_folder import RunFolder
from bench.worker.request import Request

THOROUGH_MIN_BLOCKS = 15
THOROUGH_CHECKS_EVERY = 5
EARLIEST_LOOK = 1  # of what settles early
TRIES = 2  # of a cell that hangs
WINDOW = 5000  # spans kept of each cell, once a run

Settled = Callable[[Run], Collection[str]]  # keys of the cells that need no more blocks
Between = Callable[[Run, int], None]  # what is done before a block begins, and nothing is measured


class Watcher:
    """Receives a run's progress; this one does nothing with it."""

    def tell(self, text: str) -> None:
        """A message for the user, before the plan."""

    def trying(self, label: str) -> None:
        """A workload or a demo is being tried out."""

    def planned(self, plan: Plan, folder: Path, there: Sequence[Cell]) -> None:
        """The plan is saved and measuring begins; the cells of ``there`` are measured already."""

    def measuring(self, block: int, cell: Cell) -> None:
        """A cell begins."""

    def measured(self, cell: Cell, record: Observation | Failure) -> None:
        """A cell has ended and is saved."""

    def complain(self, text: str) -> None:
        """Something could not be tidied up; the figures are not affected."""


class Quiet(Watcher):
    """A watcher that says nothing, but warns of what went wrong around the run."""

    def complain(self, text: str) -> None:
        warnings.warn(text, stacklevel=2)


@dataclass
class Session:
    """One invocation's interpreters, services and watchdog, and the cells measured with them."""

    interpreters: Sequence[Host]
    watcher: Watcher
    watchdog: Watchdog
    links: str
    services: Services
    memory_limit: int | None = None  # bytes, of a cell's processes together
    _hung: Counter[str] = field(default_factory=Counter)
    _filled: set[tuple[str, tuple[int, ...]]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.hosts = {host.python.name: host for host in self.interpreters}

    def measure(
        self,
        workload: Workload | None,
        cell: Cell,
        block: int,
        *,
        timeout: float,
        window: int = 0,
        one_model: bool = False,
    ) -> Observation | Failure:
        """The record of one cell, measured in a fresh process with the services that its workload needs. A
        cell that hung twice in a run is left out from then on. ``window`` and ``one_model``: see ``Request``.
        """
        check_interrupts()
        if self._hung[cell.key] >= TRIES:
            reason = f"no answer within its time limit, {TRIES} times: left out"
            return failure(Request(block, cell), Stage.START, reason, Cause.TIMEOUT)
        needed = workload.services if workload else ()
        try:
            addresses = self.services.addresses(needed)
        except ServiceError as error:
            return failure(Request(block, cell), Stage.START, str(error), Cause.SERVICE)
        # A restarted service has no data: the next cell that needs it fills it first.
        filled = (cell.workload, self.services.generations(needed))
        set_up = bool(needed) and filled not in self._filled
        request = Request(block, cell, addresses, window, set_up=set_up, one_model=one_model)

        def must_stop(pid: int) -> Stop | None:
            gone = self.services.gone(needed)
            return Stop(Cause.SERVICE, gone) if gone else over_limit(self.memory_limit, pid)

        record = run_cell(request, self.hosts[cell.python], self.links, self.watchdog, timeout, must_stop)
        if isinstance(record, Observation):
            self._filled.add(filled)
            return record
        if why := self.services.trouble(needed):
            reason = why if record.cause is Cause.SERVICE else f"{why}; {record.reason}"
            return failure(request, record.stage, reason, Cause.SERVICE)
        self._hung[cell.key] += record.cause is Cause.TIMEOUT
        return record

    def carry_out(
        self,
        folder: RunFolder,
        run: Run,
        workloads: Mapping[str, Workload],
        settled: Settled,
        between: Between,
    ) -> Run:
        """Measure what the run lacks. ``plan.status`` says how that ended, even by an interrupt."""
        status = "failed"
        try:
            there = [folder.plan.cell[result.key] for result in run.results]
            self.watcher.planned(folder.plan, folder.path, there)
            between(run, max((result.block for result in run.results), default=0))
            self.demos(folder, run)
            self.blocks(folder, run, workloads, settled, between)
            status = "done"
        except KeyboardInterrupt:
            status = "interrupted"
        finally:
            with interrupts_wait():
                folder.finish(status)
        return replace(run, plan=folder.plan)

    def demos(self, folder: RunFolder, run: Run) -> None:
        """Run every demo once on each interpreter under each of its models, and save the outcomes."""
        there = {(outcome.demo, outcome.model, outcome.python) for outcome in run.demos}
        for demo in DEMOS.all:
            for model in filter(demo.has, folder.plan.demos):
                for name, host in self.hosts.items():
                    if (demo.name, model, name) not in there:
                        check_interrupts()
                        self.watcher.trying(f"the demo {demo.name} under {model}")
                        place = Place(host.executable, self.links, host.environment)
                        outcome = play(demo, model, lambda event: None, self.watchdog, place=place)
                        outcome = replace(outcome, python=name)
                        with interrupts_wait():
                            folder.keep(outcome)
                        run.demos.append(outcome)

    def blocks(
        self,
        folder: RunFolder,
        run: Run,
        workloads: Mapping[str, Workload],
        settled: Settled,
        between: Between,
    ) -> None:
        """Measure block after block until the plan, the budget or the wanted precision ends it; of a block
        that is measured in part, the rest."""
        plan = folder.plan
        there = {(result.block, result.key) for result in run.results}
        shown = {seen.key for seen in run.observations if seen.window}  # cells with a saved timeline
        # What was measured before this process began counts with its expected time.
        began = time.monotonic() - sum(plan.expected_s[key] for _, key in there)
        longest = 0.0
        family = {info.label: info.family for info in plan.workloads}
        alone = of_one_model((family.get(cell.workload, ""), cell.runner) for cell in plan.cells)
        for block in range(plan.blocks):
            order = block_order(folder.plan, block)
            lacking = [cell for cell in order if (block, cell.key) not in there]
            if len(lacking) == len(order):
                now = time.monotonic() - began
                is_late = block > LOOKS[0] and now > last_block_s(plan)
                if is_late or looks(plan, block):
                    folder.settle(plan.cell if is_late else settled(run), block)
                    order = lacking = block_order(folder.plan, block)
                if not order or (plan.budget_s and block and now + longest > plan.budget_s):
                    break
            block_began = time.monotonic()
            for cell in lacking:
                self.watcher.measuring(block, cell)
                record = self.measure(
                    workloads.get(cell.workload),
                    cell,
                    block,
                    timeout=time_limit(plan.expected_s[cell.key]),
                    window=0 if cell.key in shown else WINDOW,
                    one_model=family.get(cell.workload) in alone,
                )
                with interrupts_wait():
                    folder.append(record)
                if isinstance(record, Observation):
                    run.observations.append(record)
                    shown.add(cell.key)
                else:
                    run.failures.append(record)
                self.watcher.measured(cell, record)
            past_studies = block + 1 == plan.study_blocks  # the blocks to come are shorter
            took = time.monotonic() - block_began
            if len(lacking) < len(order):
                took = sum(plan.expected_s[cell.key] for cell in order)
            longest = 0.0 if past_studies else max(longest, took)
            if lacking:
                between(replace(run, plan=folder.plan), block + 1)


def time_limit(expected_s: float) -> float:
    """Seconds after which a cell counts as hung: many times the expected ones, since machines may be busy."""
    return 30 + 10 * expected_s


def looks(plan: Plan, block: int) -> bool:
    """Whether it is looked at before this block which cells need no more of them: seldom."""
    if settle_early(plan):
        return block >= EARLIEST_LOOK
    if plan.mode == "thorough":
        return block >= THOROUGH_MIN_BLOCKS and block % THOROUGH_CHECKS_EVERY == 0
    return block in LOOKS and goes_on_while_open(plan)
