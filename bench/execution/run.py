"""A whole run: options to a selection, pilot runs, the plan, and the session that measures it."""

import os
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from bench.core.catalog import find_workloads
from bench.core.cell import NULL, PILOT, Cell
from bench.core.credentials import without_credentials
from bench.core.errors import UserError
from bench.core.observation import Failure
from bench.core.run import Run
from bench.core.user_function import Own
from bench.core.variables import taken_out
from bench.core.wording import listed
from bench.core.workload import Workload
from bench.environment.checks import Scene, look
from bench.environment.discovery import hosts
from bench.environment.interpreter import Host, ask
from bench.environment.machine import describe_machine, open_files_allowed
from bench.environment.surroundings import require_surroundings
from bench.execution.cell import package_links
from bench.execution.memory_limit import over_limit
from bench.execution.services.process import ServiceError, Services
from bench.execution.services.starters import starters
from bench.execution.session import Between, Session, Settled, Watcher
from bench.execution.signals import interrupts_wait, terminations_interrupt
from bench.execution.user_function_probe import calls_of_look, probe_function
from bench.execution.watchdog import Watchdog
from bench.planning.available import runner_options
from bench.planning.function import user_function
from bench.planning.git_revision import beside_revision
from bench.planning.options import Options
from bench.planning.plan import make_plan
from bench.planning.selection import Selection, all_workloads_of, longest_delay, most_connections, select
from bench.planning.sizing import Pilot
from bench.planning.trials import try_out
from bench.storage.run_folder import RunFolder, check_writable

MOST_TASKS = 100_000  # of a function, unless the user says how many calls
CLUSTER_TIMEOUT_S = 60.0  # for the first task that a cluster is given


def measure_run(
    options: Options,
    watcher: Watcher,
    settled: Settled = lambda run: (),
    between: Between = lambda run, block: None,
) -> Run:
    """The run of these options, each result saved as it is measured; ``plan.status`` says how it ended.

    ``settled`` gives the keys of the cells that need no more blocks; ``between`` is called before each block,
    with what there is of the run and the block's number. Raises UserError for what the user must
    fix, and KeyboardInterrupt for an interrupt before there is a plan; a later one ends the run, and what was
    measured is kept.
    """
    began = time.monotonic()
    require_surroundings()
    options = options.checked()
    function = user_function(options)
    check_writable(options.folder)
    machine = describe_machine()
    with supervised(options.keep_env) as (watchdog, links), ExitStack() as stack:
        hosts = hosts_of(options, links)
        if options.against:
            files = stack.enter_context(watchdog.temporary_folder("bench-revision-"))
            hosts = beside_revision(options, function, hosts, files)
        if function:  # it may have wanted one of them
            tell_taken_out(options, watcher)
            limit = (
                f" In total this takes at most about {function.budget_s:.0f} s." if function.budget_s else ""
            )
            watcher.tell(f"Trying {function.title()}: at most {calls_of_look(function)} calls.{limit}")
            must_stop = partial(over_limit, options.memory_limit)
            function = probe_function(function, hosts[-1], links, watchdog, must_stop)
            if not (function.calls or options.side_by_side):
                function = replace(function, calls=MOST_TASKS)
            if options.against:  # another revision may return something else, which the comparison reports
                function = replace(function, answer="")
        selections = select(options, hosts, machine.cores, function)
        workloads = all_workloads_of(selections)
        scene = Scene(connections=most_connections(selections), keep_env=options.keep_env)
        findings = list(look(scene, quick=True))
        delay = longest_delay(workloads.values())
        services = Services(
            starters(watchdog, mongo_uri=options.mongo_uri, mongod=options.mongod, delay=delay)
        )
        refuse_delay(options, workloads.values(), watcher)
        with closing_services(services, watcher):
            session = Session(hosts, watcher, watchdog, links, services, options.memory_limit)
            require_services(options, workloads.values(), services)
            require_cluster(options, selections, session)
            if not function:
                tell_taken_out(options, watcher)
            trials = [
                try_out(each, options, session.measure, watcher.trying, known_of(function, hosts[-1], each))
                for each in selections
            ]
            if function and options.budget_s:  # which is that of the whole run
                left_s = options.budget_s - (time.monotonic() - began)
                options = replace(options, budget_s=max(left_s, 0.001))
            plan = make_plan(options, selections, trials, machine, findings, services.labels)
            with interrupts_wait():
                folder = RunFolder.create(options.folder, plan, watchdog.watch_folder)
            return session.carry_out(folder, Run(plan, [], [], str(folder.path)), workloads, settled, between)


def known_of(function: Own | None, host: Host, selection: Selection) -> dict[str, Pilot]:
    """What the probe of the function on that host says of the selection's cells, by their label."""
    if function is None or selection.host is not host:
        return {}
    probed = Pilot(function.seconds, function.cpu)
    return {each.label: probed for each in selection.requests if each.runner.name == "sync"}


def tell_taken_out(options: Options, watcher: Watcher) -> None:
    """Say which variables are set and do not reach what is measured: some may be meant to."""
    if names := taken_out(os.environ, options.keep_env):
        out = f"Removed from the environment of measured processes: {listed(names)}"
        watcher.tell(f"{out} (--keep-env NAME keeps one).")


@contextmanager
def supervised(keep_env: Collection[str] = ()) -> Iterator[tuple[Watchdog, str]]:
    """Run a block with orderly interrupts, a watchdog, and a folder of the packages that are measured."""
    with ExitStack() as stack:
        stack.enter_context(open_files_allowed())
        stack.enter_context(terminations_interrupt())
        watchdog = stack.enter_context(Watchdog(keep_env))
        yield watchdog, stack.enter_context(package_links(watchdog))


@contextmanager
def closing_services(services: Services, watcher: Watcher) -> Iterator[None]:
    """End the services after a block, however it ends."""
    try:
        yield
    finally:
        with interrupts_wait():
            for complaint in services.close():
                watcher.complain(complaint)


def hosts_of(options: Options, links: str) -> list[Host]:
    """The interpreters that the options name, each with its packages and models. Raises UserError."""
    return hosts(options.pythons, partial(ask, links=links, keep_env=options.keep_env))


def require_services(options: Options, workloads: Iterable[Workload], services: Services) -> None:
    """Raise UserError unless a server named on the command line answers."""
    named = options.mongod or (options.mongo_uri and not options.mongo_uri_origin)
    if named and any("mongo" in workload.services for workload in workloads):
        try:
            services.addresses(("mongo",))
        except ServiceError as error:
            said, advice = (text[0].upper() + text[1:] for text in (str(error), error.advice))
            raise UserError(f"{said}. {advice}, or leave the option out for the embedded server.") from None


def refuse_delay(options: Options, workloads: Iterable[Workload], watcher: Watcher) -> None:
    """Say that a server of the user's own is not delayed, where a delay was asked for. Raises UserError where
    that was for nothing else."""
    if not options.mongo_uri or not any(text.startswith("delay=") for text in options.params):
        return
    delayed = [workload for workload in workloads if hasattr(workload, "delay")]
    of_mongo = [workload for workload in delayed if "mongo" in workload.services]
    if of_mongo:
        where = without_credentials(options.mongo_uri)
        said = f"-p delay does not reach {where}: only the embedded server and --mongod can delay a query"
        if of_mongo == delayed:
            raise UserError(f"{said}. Leave out one of the two.")
        watcher.tell(f"{said}.")


def require_cluster(options: Options, selections: Iterable[Selection], session: Session) -> None:
    """Raise UserError unless the cluster that the user named runs an empty task."""
    (null,) = find_workloads([NULL])
    for selection in selections:
        for runner in dict.fromkeys(request.runner for request in selection.requests):
            if not (own := runner_options(runner, options)):
                continue
            session.watcher.tell(
                f"The workers at {options.dask_scheduler} will run pickled code sent from here."
            )
            python = selection.host.python.name
            cell = Cell(python, null.label(), null().spec(), runner.name, 1, 1, own, study=PILOT)
            tried = session.measure(None, cell, 0, timeout=CLUSTER_TIMEOUT_S)
            if isinstance(tried, Failure):
                raise UserError(f"--dask-scheduler {options.dask_scheduler}: {tried.reason}.")
