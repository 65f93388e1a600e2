"""The main job: services up, a first try of each workload, the plan, then block after block, one fresh
process for each cell, saved as soon as it is measured."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from bench.catalog import all_demos, all_modules, all_runners, find_workloads
from bench.demo import MODELS
from bench.demos.run import Place, play
from bench.errors import UserError
from bench.first_look import CALLS, first_look
from bench.guard import Guard
from bench.host import Host, ask
from bench.intent import Wish, intent
from bench.interrupts import interrupts_wait, terminations_interrupt
from bench.launch import package_links, run_cell
from bench.machine import allow_open_files
from bench.plan import block_order
from bench.prepare import prepare
from bench.pythons import hosts
from bench.records import Cell, Failure, Observation, Plan, Run
from bench.selection import Options, options_of
from bench.services.process import ServiceError, Services
from bench.services.starters import starters
from bench.store import RunFolder, check_writable
from bench.worker.request import Request
from bench.workload import Workload

THOROUGH_AT_LEAST = 15
THOROUGH_LOOKS_EVERY = 5
CLUSTER_TIMEOUT_S = 60.0  # for the first task that a cluster is given
WINDOW = 5000  # spans kept of each cell, once a run


class Watcher(Protocol):
    """Who wants to know how it goes."""

    def tell(self, text: str) -> None:
        """Something that the user should know beforehand."""

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
        self, hosts: Sequence[Host], watcher: Watcher, guard: Guard, links: str, services: Services
    ) -> None:
        self.hosts = {host.python.name: host for host in hosts}
        self.watcher = watcher
        self.guard = guard
        self.links = links
        self.services = services
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
        record = run_cell(request, self.hosts[cell.python], self.links, self.guard, timeout)
        if isinstance(record, Observation):
            self._filled.add(filled)
        return record

    def demos(self, folder: RunFolder, models: Sequence[str]) -> None:
        """Run every demo once on each interpreter, under each of the models that it has, and keep what
        happened."""
        for demo in all_demos():
            for model in filter(demo.has, models):
                for name, host in self.hosts.items():
                    self.watcher.trying(f"the demo {demo.name} under {model}")
                    place = Place(host.executable, self.links, host.environment)
                    outcome = play(demo, model, lambda event: None, self.guard, place=place)
                    folder.keep(replace(outcome, python=name))

    def blocks(
        self, folder: RunFolder, workloads: Mapping[str, Workload], enough: Callable[[Run], bool]
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
            past_studies = block + 1 == plan.study_blocks  # the blocks to come are shorter
            longest = 0.0 if past_studies else max(longest, time.monotonic() - block_began)
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
    allow_open_files()
    with terminations_interrupt(), Guard() as guard, package_links(guard) as links:
        hosts = hosts_of(options, links)
        if options.own:
            watcher.tell(f"A first look at {options.own.title()}: at most {CALLS} calls, one after another.")
            options = replace(options, own=first_look(options.own, hosts[0], links, guard))
        wanted = intent(options, hosts)
        services = Services(
            starters(guard, mongo_uri=options.mongo_uri, mongod=options.mongod, delay=wanted.mongo_delay)
        )
        try:
            session = Session(hosts, watcher, guard, links, services)
            require_services(options, wanted.workloads.values(), services)
            require_cluster(options, wanted.wishes, session)
            plan = prepare(wanted, options, session.measure, watcher.trying, services.labels)
            folder = RunFolder.create(out, plan)
            status = "failed"
            try:
                watcher.planned(folder.plan, folder.path)
                if options.in_all:
                    session.demos(folder, ("asyncio",) if options.mode == "quick" else MODELS)
                session.blocks(folder, wanted.workloads, enough)
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


def hosts_of(options: Options, links: str) -> list[Host]:
    """The interpreters that the options name, each asked what it has. Raises UserError."""
    modules, runners = all_modules(), [runner.name for runner in all_runners()]
    return hosts(options.pythons, lambda path, environment: ask(path, links, modules, runners, environment))


def require_services(options: Options, workloads: Iterable[Workload], services: Services) -> None:
    """A server that the user named on the command line must answer, or it is an error of the call."""
    named = options.mongod or (options.mongo_uri and options.mongo_uri_is_option)
    if named and any("mongo" in workload.services for workload in workloads):
        try:
            services.addresses(("mongo",))
        except ServiceError as error:
            said = str(error)
            raise UserError(
                f"{said[0].upper()}{said[1:]}. Start it, or leave the option out for the embedded server."
            ) from None


def require_cluster(options: Options, wishes: Iterable[Wish], session: Session) -> None:
    """The cluster that the user named must run a task with no work in it, or it is an error of the call."""
    (null,) = find_workloads(["null"])
    for wish in wishes:
        for runner in wish.runners:
            if not (own := options_of(runner, options)):
                continue
            session.watcher.tell(
                f"The workers at {options.dask_scheduler} will run code that is sent from here, pickled."
            )
            python = wish.host.python.name
            cell = Cell(python, null.label(), null().spec(), runner.name, 1, 1, own, study="pilot")
            tried = session.measure(None, cell, 0, timeout=CLUSTER_TIMEOUT_S)
            if isinstance(tried, Failure):
                reason = tried.reason.removeprefix("RuntimeError: ")
                raise UserError(f"--dask-scheduler {options.dask_scheduler}: {reason}.")
