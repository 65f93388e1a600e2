"""The cells of studies: what each wants, sized by a pilot run of its workloads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from bench.core.catalog import modules_of
from bench.core.errors import UserError
from bench.core.records import Cell, Missing
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.planning.descriptions import variant
from bench.planning.selection import (
    Options,
    available_runners,
    build,
    chosen_workloads,
    options_of,
    parse_params,
)
from bench.planning.sizing import Pilot, Subject, cell_seconds, seconds_per_task, tasks_in_batch
from bench.planning.study import STUDIES, CellRequest, Study, StudyScope

CLOCKS_APART = "when a task on a cluster began cannot be told: its clocks are not this machine's"
PilotKey = tuple[str, str]  # a workload's name, and a runner's for a pilot run with many in flight under it


def cell_requests(options: Options, host: Host, cores: int) -> tuple[list[CellRequest], list[Missing]]:
    """The cells that the chosen studies want of an interpreter, and what is missing for others. Raises
    UserError."""
    studies = STUDIES.find(options.studies)
    if not studies:
        return [], []
    runners, missing = available_runners(options, host)
    if options.own and not options.runners:
        missing = []  # models that nobody asked for by name
    named = [options.own] if options.own else [] if options.in_all else workloads_named(options, studies)
    concurrencies = options.levels or ((options.concurrency,) if options.concurrency else ())
    if concurrencies and not any(study.takes_concurrencies for study in studies):
        raise UserError(f"The study {studies[0].name} sets the tasks in flight itself: leave out -c.")
    requests = []
    for study in studies:
        scope = StudyScope(
            runners=runners,
            cores=cores,
            gil=host.python.gil,
            version=host.version,
            quick=options.in_all and options.mode != "thorough",
            workloads=named if study.takes_workloads else (),
            concurrencies=concurrencies if study.takes_concurrencies else (),
        )
        found = [replace(request, study=study.name) for request in study.cells(scope)]
        absent = absent_of(found, host)
        missing += absent.values()
        for request in found:
            label = request.workload.label()
            if request.procedure == "open_loop" and options_of(request.runner, options):
                missing.append(Missing(label, request.runner.name, CLOCKS_APART, python=host.python.name))
            elif label not in absent:
                requests.append(request)
    return requests, missing


def workloads_named(options: Options, studies: Sequence[Study]) -> list[Workload]:
    """The workloads that the studies are to measure; none: their own. Raises UserError."""
    if options.clients and not options.workloads:
        raise UserError(f"--client {options.clients[0]} chooses among workloads: name them with -w, too.")
    kinds = chosen_workloads(options) if options.workloads else []
    if kinds and not any(study.takes_workloads for study in studies):
        name = studies[0].name
        raise UserError(f"The study {name} has workloads of its own: leave out -w {options.workloads[0]}.")
    params = parse_params(options.params, kinds)
    return [build(kind, params) for kind in kinds]


def absent_of(requests: Iterable[CellRequest], host: Host) -> dict[str, Missing]:
    """The workloads that cannot run there, by label."""
    absent = {}
    for request in requests:
        label, modules = request.workload.label(), host.lacks(modules_of(type(request.workload)))
        if modules:
            reason = f"the study {request.study} needs {', '.join(modules)}: {host.install(modules)}"
            absent[label] = Missing(label, "", reason, python=host.python.name)
    return absent


def sized_cells(
    requests: Sequence[CellRequest],
    pilots: Mapping[PilotKey, Pilot],
    *,
    python: str,
    cores: int,
    gil: bool,
) -> tuple[dict[Cell, float], list[Missing]]:
    """A cell for each request, with the seconds that it is expected to take, and those that would take too
    long. A request that needs a pilot run and has none is left out."""
    cells: dict[Cell, float] = {}
    missing = []
    for request in requests:
        workload, runner, concurrency = request.workload, request.runner, request.concurrency
        name = name_of(workload)
        pilot = pilots.get((name, ""))
        if pilot is None and request.needs_pilot:
            continue
        guess = 0.0
        if pilot is not None:
            crowded = pilots.get((name, runner.name), pilot)
            subject = Subject(workload, (runner,), Pilot(pilot.wall_s, crowded.cpu_s))
            guess = seconds_per_task(
                subject, runner, concurrency, cores=cores, gil=gil, dispatch_s=request.dispatch_s
            )
        n = request.n or tasks_in_batch(guess, runner, concurrency, request.waves)
        if n > request.most_tasks:
            n = int(request.most_tasks) - int(request.most_tasks) % concurrency
        cell = Cell(
            python=python,
            workload=name,
            spec=workload.spec(),
            runner=runner.name,
            concurrency=concurrency,
            n=n,
            options=request.options,
            study=request.study,
            procedure=request.procedure,
        )
        load = float(request.options.get("load", 1))  # an open loop leaves the workers idle for the rest
        warm_up = 3 * max(workload.wait, guess * concurrency)  # a task, then two waves
        seconds = request.expected_s or cell_seconds(guess * n / load + warm_up, runner, concurrency)
        if seconds > request.longest_s:
            reason = f"with {concurrency:,} in flight it would take {seconds:.0f} s in each block"
            missing.append(Missing(name, runner.name, reason, python=python))
        else:
            cells[cell] = seconds
    return cells, missing


def name_of(workload: Workload) -> str:
    """The title of a workload with the parameters that a study gave it."""
    return workload.title() + variant(workload)
