"""The main job: services up, a first try of each workload, the plan, then block after block, one fresh
process for each cell, saved as soon as it is measured."""

from __future__ import annotations

import dataclasses
import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bench.catalog import all_runners
from bench.describe import describe_runner, describe_workload, versions
from bench.errors import UserError
from bench.guard import Guard
from bench.interrupts import interrupts_wait, terminations_interrupt
from bench.launch import package_links, run_cell
from bench.machine import describe_machine, shown, this_interpreter
from bench.plan import PILOT_TASKS, Pilot, Subject, block_order, make_cells
from bench.records import Cell, Failure, Missing, Observation, Plan, Run
from bench.selection import Choice, Options, choose
from bench.services.process import ServiceError, Services
from bench.services.starters import starters
from bench.store import RunFolder, check_writable
from bench.worker.measure import Request
from bench.workload import Workload

BLOCKS = {"default": 8, "quick": 3, "thorough": 40}
THOROUGH_AT_LEAST = 15
THOROUGH_LOOKS_EVERY = 5
WINDOW = 5000  # spans kept of each cell, once a run
PILOT_TIMEOUT_S = 60.0


class Watcher(Protocol):
    """Who wants to know how it goes."""

    def trying(self, label: str) -> None:
        """A workload is tried out, before the plan."""

    def planned(self, plan: Plan, folder: Path) -> None:
        """The plan is saved; measuring begins."""

    def measuring(self, block: int, cell: Cell) -> None:
        """A cell begins."""

    def measured(self, cell: Cell, record: Observation | Failure) -> None:
        """It is over, and saved."""

    def complain(self, text: str) -> None:
        """Something could not be put in order; the figures are not touched."""


class Session:
    """One invocation: its helpers, and the cells measured with them."""

    def __init__(
        self, options: Options, watcher: Watcher, guard: Guard, links: str, services: Services
    ) -> None:
        self.options = options
        self.watcher = watcher
        self.guard = guard
        self.links = links
        self.services = services
        self.python = this_interpreter()
        self._filled: set[tuple[str, tuple[int, ...]]] = set()

    def measure(
        self, workload: Workload | None, cell: Cell, block: int, *, timeout: float, window: int = 0
    ) -> Observation | Failure:
        """One cell in a fresh process, with the services that its workload needs."""
        needed = workload.services if workload else ()
        try:
            addresses = self.services.addresses(needed)
        except ServiceError as error:
            return Failure(block, cell.key, "start", str(error))
        # A service that was started anew holds nothing: the next cell that needs it fills it first.
        filled = (cell.workload, self.services.generations(needed))
        request = Request(block, cell, addresses, window, set_up=bool(needed) and filled not in self._filled)
        record = run_cell(request, self.python.executable, self.links, self.guard, timeout)
        if isinstance(record, Observation):
            self._filled.add(filled)
        return record

    def try_out(self, choices: Sequence[Choice]) -> tuple[list[Subject], list[Missing]]:
        """Run a few tasks of each workload, to see that it works here and how long a task takes."""
        subjects, missing = [], []
        for choice in choices:
            label, spec = choice.workload.label(), choice.workload.spec()
            self.watcher.trying(label)
            runner = "sync" if "sync" in choice.workload.flavours else choice.runners[0].name
            n = PILOT_TASKS if choice.workload.wait < 0.5 else 1
            cell = Cell(self.python.name, label, spec, runner, 1, n, study="pilot")
            timeout = PILOT_TIMEOUT_S + 10 * choice.workload.wait
            record = self.measure(choice.workload, cell, 0, timeout=timeout)
            if isinstance(record, Failure):
                # What cannot start is not to be had here; what starts and then fails is broken.
                reason = record.reason
                if "mongo" in choice.workload.services and self.options.mongo_uri:
                    reason += "" if self.options.mongo_uri_is_option else " (from BENCH_MONGO_URI)"
                missing.append(Missing(label, "", reason, broken=record.stage != "start"))
                continue
            wall = record.wall_s / record.n
            cpu = wall if record.cpu_s is None else min(record.cpu_s / record.n, wall)
            subjects.append(Subject(choice.workload, choice.runners, Pilot(wall, cpu)))
        return subjects, missing

    def plan(self, subjects: Sequence[Subject], missing: Sequence[Missing]) -> Plan:
        """All that is decided before the first cell."""
        options, machine = self.options, describe_machine()
        expected = make_cells(
            subjects,
            python=self.python.name,
            cores=machine.cores,
            gil=self.python.gil,
            concurrency=options.concurrency,
            tasks=options.tasks,
        )
        runners = {runner.name for subject in subjects for runner in subject.runners}
        return Plan(
            created=datetime.now(UTC).isoformat(timespec="seconds"),
            command=options.command,
            mode=options.mode,
            seed=options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000),
            blocks=options.blocks or BLOCKS[options.mode],
            threshold=options.threshold,
            machine=machine,
            interpreters=[dataclasses.replace(self.python, executable=shown(self.python.executable))],
            workloads=[describe_workload(subject.workload) for subject in subjects],
            runners=[describe_runner(runner) for runner in all_runners() if runner.name in runners],
            cells=list(expected),
            expected_s={cell.key: round(seconds, 3) for cell, seconds in expected.items()},
            services=dict(self.services.labels),
            missing=list(missing),
            versions=versions(subject.workload for subject in subjects),
            budget_s=options.budget_s,
        )

    def blocks(
        self, folder: RunFolder, workloads: dict[str, Workload], enough: Callable[[Run], bool]
    ) -> None:
        """Measure block after block, until the plan, the budget or the wanted precision ends it."""
        plan = folder.plan
        began = time.monotonic()
        longest = 0.0
        run = Run(plan, [], [], str(folder.path))
        shown: set[str] = set()  # cells whose timeline is kept already
        for block in range(plan.blocks):
            block_began = time.monotonic()
            if plan.budget_s and block and block_began - began + longest > plan.budget_s:
                break
            for cell in block_order(plan, block):
                self.watcher.measuring(block, cell)
                record = self.measure(
                    workloads.get(cell.workload),
                    cell,
                    block,
                    timeout=60 + 20 * plan.expected_s[cell.key],
                    window=0 if cell.key in shown else WINDOW,
                )
                folder.append(record)
                if isinstance(record, Observation):
                    run.observations.append(record)
                    shown.add(cell.key)
                else:
                    run.failures.append(record)
                self.watcher.measured(cell, record)
            longest = max(longest, time.monotonic() - block_began)
            if plan.mode == "thorough" and looked_at(block + 1) and enough(run):
                break


def looked_at(blocks: int) -> bool:
    """Whether precision is looked at after so many blocks: seldom, and never at significance."""
    return blocks >= THOROUGH_AT_LEAST and blocks % THOROUGH_LOOKS_EVERY == 0


def measure_run(options: Options, watcher: Watcher, enough: Callable[[Run], bool] = lambda _: False) -> Path:
    """Do the whole job; the run's folder comes back, its ``status`` saying how it ended.

    ``enough`` tells a thorough run that every interval is narrow enough. Raises UserError for what the
    user must mend, and KeyboardInterrupt when it is interrupted before there is a plan; after that an
    interrupt ends the run, and what was measured stays.
    """
    if not options.out:
        raise UserError("--out is empty: name a folder.")
    out = Path(options.out)
    check_writable(out)
    choices, missing = choose(options)
    delay = max(
        (getattr(c.workload, "delay", 0.0) for c in choices if "mongo" in c.workload.services), default=0.0
    )
    with terminations_interrupt(), Guard() as guard, package_links(guard) as links:
        services = Services(starters(guard, mongo_uri=options.mongo_uri, mongod=options.mongod, delay=delay))
        try:
            session = Session(options, watcher, guard, links, services)
            choices = [on_real_server(choice) for choice in choices] if options.mongo_uri else choices
            require_services(options, choices, services)
            subjects, failing = session.try_out(choices)
            if not subjects:
                reasons = "; ".join(f"{m.workload or m.runner}: {m.reason}" for m in [*missing, *failing])
                raise UserError(f"Nothing could be measured: {reasons}.")
            folder = RunFolder.create(out, session.plan(subjects, [*missing, *failing]))
            status = "failed"
            try:
                watcher.planned(folder.plan, folder.path)
                workloads = {subject.workload.label(): subject.workload for subject in subjects}
                session.blocks(folder, workloads, enough)
                status = "done"
            except KeyboardInterrupt:
                status = "interrupted"
            finally:
                folder.finish(status)
        finally:
            with interrupts_wait():
                for complaint in services.close():
                    watcher.complain(complaint)
    return folder.path


def require_services(options: Options, choices: Sequence[Choice], services: Services) -> None:
    """A server that the user named on the command line must answer, or it is an error of the call."""
    named = options.mongod or (options.mongo_uri and options.mongo_uri_is_option)
    if named and any("mongo" in choice.workload.services for choice in choices):
        try:
            services.addresses(("mongo",))
        except ServiceError as error:
            said = str(error)
            raise UserError(
                f"{said[0].upper()}{said[1:]}. Start it, or leave the option out for the embedded server."
            ) from None


def on_real_server(choice: Choice) -> Choice:
    """A user's own server adds no delay to its answers: its latency is its own."""
    if not hasattr(choice.workload, "delay") or "mongo" not in choice.workload.services:
        return choice
    return dataclasses.replace(choice, workload=dataclasses.replace(choice.workload, delay=0.0))  # type: ignore[type-var]  # a workload is a dataclass
