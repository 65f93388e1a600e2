"""Resuming a run that ended early: the same cells in the same order, on the same machine and interpreters.

Changed code is noticed in the files of the workloads and functions, not in what those import.
"""

import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bench import __version__
from bench.core.cell import Cell
from bench.core.errors import UserError
from bench.core.run import Interpreter, Run
from bench.core.variables import OF_INTERPRETER, left_in
from bench.core.workload import Workload, load
from bench.environment.interpreter import Host, ask
from bench.environment.machine import describe_machine
from bench.execution.run import closing_services, supervised
from bench.execution.services.process import ServiceError, Services
from bench.execution.services.starters import starters
from bench.execution.session import Between, Session, Settled, Watcher
from bench.planning.blocks import block_order
from bench.planning.descriptions import code_of
from bench.planning.options import Options
from bench.storage.run_folder import RunFolder

OF_MACHINE = ("host", "processor", "system", "cores")
OF_PYTHON = ("version", "implementation", "free_threaded_build", "gil", "jit", "build", "environment")


def resume_run(
    path: Path,
    options: Options,
    watcher: Watcher,
    settled: Settled = lambda run: (),
    between: Between = lambda run, block: None,
) -> Run:
    """Measure what the run lacks, as ``measure_run`` does; ``plan.status`` says how that ended. Of the
    options only MongoDB's count, which are not saved.

    Raises UserError if the run cannot continue as it began (another machine, other builds of Python or other
    versions, no server); the folder is not changed then.
    """
    options = options.checked()
    with supervised() as (watchdog, links):
        folder, run = RunFolder.reopen(path)
        try:
            pythons = folder.plan.interpreters
            watchdog.keep_env = tuple(folder.plan.environment or ())
            hosts = [host_of(python, links, folder.path, watchdog.keep_env) for python in pythons]
            require_the_same(folder, hosts)
            named = [replace(host, python=python) for host, python in zip(hosts, pythons, strict=True)]
            workloads = workloads_of(cells_lacking(run))
            require_the_same_code(folder, workloads)
            needed = sorted({name for workload in workloads.values() for name in workload.services})
            uri = mongo_uri(options, folder, "mongo" in needed)
            server = folder.plan.mongo
            mongod = server.binary if server.kind == "mongod" else None
            services = Services(starters(watchdog, mongo_uri=uri, mongod=mongod, delay=server.delay_s))
            with closing_services(services, watcher):
                require_the_services(folder, services, needed)
                folder.resumed(datetime.now(UTC).isoformat(timespec="seconds"))
                session = Session(named, watcher, watchdog, links, services, folder.plan.memory_limit)
                return session.carry_out(folder, run, workloads, settled, between)
        finally:
            folder.close()


def cells_lacking(run: Run) -> list[Cell]:
    """Cells that the run lacks in some block. A cell that failed counts as measured."""
    there = {(result.block, result.key) for result in run.results}
    wanted = ((block, cell) for block in range(run.plan.blocks) for cell in block_order(run.plan, block))
    return list(dict.fromkeys(cell for block, cell in wanted if (block, cell.key) not in there))


def workloads_of(cells: Sequence[Cell]) -> dict[str, Workload]:
    """The cells' workloads, by name. Raises UserError for one that can no longer be loaded."""
    found: dict[str, Workload] = {}
    for cell in cells:
        if cell.spec.target and cell.workload not in found:
            try:
                found[cell.workload] = load(cell.spec)
            except Exception as error:
                raise UserError(
                    f"The run cannot be resumed: {cell.workload} cannot be loaded"
                    f" ({type(error).__name__}: {error})."
                ) from None
    return found


def host_of(python: Interpreter, links: str, folder: Path, keep_env: Collection[str]) -> Host:
    """The interpreter as it is now. Raises UserError if it is not there."""
    changes = {name: value for name, value in python.environment.items() if name not in OF_INTERPRETER}
    if changes:
        raise refusal(folder, f"{python.name} was measured with {', '.join(changes)}")
    if python.revision:
        reason = "it compared the working tree with another revision, and the tree may have changed since"
        raise refusal(folder, reason)
    path = os.path.abspath(os.path.expanduser(python.executable))
    if not os.path.exists(path):
        raise UserError(
            f"{folder} cannot be resumed: it measured {python.executable}, and there is no such file;"
            " resume it where it was started."
        )
    return ask(path, python.environment, links=links, keep_env=keep_env)


def refusal(folder: Path, reason: str) -> UserError:
    return UserError(f"{folder} cannot be resumed: {reason}. Start a new run.")


def require_the_same(folder: RunFolder, hosts: Sequence[Host]) -> None:
    """Raise UserError naming each difference from the machine and the interpreters that the run began on."""
    plan = folder.plan
    now = describe_machine()
    known = (*OF_MACHINE, *["processor_id"] * bool(plan.machine.processor_id))  # not of an earlier version
    found = differing("the ", plan.machine, now, known)
    found += differing("the version of ", plan.versions, {"bench": __version__})
    if plan.environment is not None:  # an earlier version did not record it
        found += differing("the variable ", plan.environment, left_in(os.environ, plan.environment))
    for python, host in zip(plan.interpreters, hosts, strict=True):
        whose = f"Python {python.name}'s "
        found += differing(whose, python, host.python, OF_PYTHON)
        found += differing(f"{whose}package ", python.packages, host.python.packages)
    if found:
        raise refusal(folder.path, "; ".join(found))


def require_the_same_code(folder: RunFolder, workloads: Mapping[str, Workload]) -> None:
    """Raise UserError if the file of a workload or a function has changed."""
    then = {info.label: info.code for info in folder.plan.workloads}
    edited = [
        name for name, workload in workloads.items() if then.get(name, "") not in ("", code_of(workload))
    ]
    if edited:
        raise refusal(folder.path, f"the code of {', '.join(edited)} was changed")


def differing(whose: str, then: object, now: object, names: Sequence[str] = ()) -> list[str]:
    """Differences in words: of two records in those fields, of two dictionaries in all entries."""
    before: Mapping[str, object] = then if isinstance(then, dict) else vars(then)
    after: Mapping[str, object] = now if isinstance(now, dict) else vars(now)
    return [
        f"{whose}{name.replace('_', ' ') if names else name} was {before.get(name, 'absent')}"
        f" and is {after.get(name, 'absent')}"
        for name in names or sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def mongo_uri(options: Options, folder: RunFolder, needed: bool) -> str | None:
    """The URI of the user's server, if the run queries one. Raises UserError if it is missing, or if the run
    does not use it."""
    given = folder.plan.mongo.kind == "given"
    if options.mongo_uri and not options.mongo_uri_origin and not given:
        raise UserError(f"--mongo-uri: {folder.path} did not use a MongoDB of yours; leave it out.")
    if given and needed and not options.mongo_uri:
        raise UserError(
            f"{folder.path} was measured with {folder.plan.services.get('mongo', 'a MongoDB of yours')}: give"
            " its URI again, with --mongo-uri or BENCH_MONGO_URI. It is not saved: it may have credentials."
        )
    return options.mongo_uri if given else None


def require_the_services(folder: RunFolder, services: Services, needed: Sequence[str]) -> None:
    """Raise UserError unless the services answer and are the same as before."""
    try:
        services.addresses(tuple(needed))
    except ServiceError as error:
        raise UserError(f"{folder.path} cannot be resumed: {error}.") from None
    then = {name: folder.plan.services.get(name) for name in needed}
    if found := differing("the service ", then, services.labels):
        raise refusal(folder.path, "; ".join(found))
