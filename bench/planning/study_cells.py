"""The cells of studies: what each wants, sized by a first try of its workloads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bench.core.catalog import find_studies
from bench.core.errors import UserError
from bench.core.plugins import modules_of
from bench.core.records import Cell, Missing
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.findings.study import Arm, Asked, Study
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

UNTOLD = "when a task on a cluster began cannot be told: its clocks are not this machine's"
Tried = tuple[str, str]  # a workload's name, and a runner's where it was tried in a crowd under that


@dataclass(frozen=True)
class Wanted:
    """A cell that a study wants."""

    study: str
    arm: Arm

    @property
    def needs_pilot(self) -> bool:
        """Whether its workload must be tried out, to size its batch or to see that it works here."""
        sized = self.arm.n is not None and self.arm.expected_s is not None
        return not sized or bool(self.arm.workload.services)


def wanted_arms(options: Options, host: Host, cores: int) -> tuple[list[Wanted], list[Missing]]:
    """What the studies that were chosen want of an interpreter, and what of it cannot be had there. Raises
    UserError."""
    studies = find_studies(options.studies)
    if not studies:
        return [], []
    runners, missing = available_runners(options, host)
    if options.own and not options.runners:
        missing = []  # models that nobody asked for by name
    named = [options.own] if options.own else [] if options.in_all else workloads_named(options, studies)
    levels = options.levels or ((options.concurrency,) if options.concurrency else ())
    if levels and not any(study.takes_levels for study in studies):
        raise UserError(f"The study {studies[0].name} sets the tasks in flight itself: leave out -c.")
    wanted = []
    for study in studies:
        asked = Asked(
            runners=runners,
            cores=cores,
            gil=host.python.gil,
            version=host.version,
            quick=options.in_all and options.mode != "thorough",
            workloads=named if study.takes_workloads else (),
            levels=levels if study.takes_levels else (),
        )
        found = study.arms(asked)
        absent = absent_of(study, found, host)
        missing += absent.values()
        untold = [arm for arm in found if arm.procedure == "open_loop" and options_of(arm.runner, options)]
        missing += [
            Missing(arm.workload.label(), arm.runner.name, UNTOLD, python=host.python.name) for arm in untold
        ]
        found = [arm for arm in found if arm not in untold]
        wanted += [Wanted(study.name, arm) for arm in found if arm.workload.label() not in absent]
    return wanted, missing


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


def absent_of(study: Study, arms: Iterable[Arm], host: Host) -> dict[str, Missing]:
    """The workloads that cannot run there, by label."""
    absent = {}
    for arm in arms:
        label, modules = arm.workload.label(), host.lacks(modules_of(type(arm.workload)))
        if modules:
            reason = f"the study {study.name} needs {', '.join(modules)}: {host.install(modules)}"
            absent[label] = Missing(label, "", reason, python=host.python.name)
    return absent


def arm_cells(
    wanted: Sequence[Wanted], pilots: Mapping[Tried, Pilot], *, python: str, cores: int, gil: bool
) -> tuple[dict[Cell, float], list[Missing]]:
    """A cell for each, with the seconds that it is expected to take, and those that would take too long. An
    arm that needs a pilot and has none is left out."""
    cells: dict[Cell, float] = {}
    missing = []
    for want in wanted:
        arm = want.arm
        name = name_of(arm.workload)
        if want.needs_pilot and (name, "") not in pilots:
            continue
        guess = 0.0
        if (name, "") in pilots:
            pilot = pilots[name, ""]
            crowded = pilots.get((name, arm.runner.name), pilot)
            subject = Subject(arm.workload, (arm.runner,), Pilot(pilot.wall_s, crowded.cpu_s))
            guess = seconds_per_task(
                subject, arm.runner, arm.concurrency, cores=cores, gil=gil, dispatch_s=arm.dispatch_s
            )
        n = arm.n or tasks_in_batch(guess, arm.runner, arm.concurrency, arm.waves)
        if n > arm.most:
            n = int(arm.most) - int(arm.most) % arm.concurrency
        cell = Cell(
            python=python,
            workload=name,
            spec=arm.workload.spec(),
            runner=arm.runner.name,
            concurrency=arm.concurrency,
            n=n,
            options=arm.options,
            study=want.study,
            procedure=arm.procedure,
        )
        load = float(arm.options.get("load", 1))  # an open loop leaves the workers idle for the rest
        warm_up = 3 * max(arm.workload.wait, guess * arm.concurrency)  # a task, then two waves
        seconds = arm.expected_s or cell_seconds(guess * n / load + warm_up, arm.runner, arm.concurrency)
        if seconds > arm.longest_s:
            reason = f"with {arm.concurrency:,} in flight it would take {seconds:.0f} s in each block"
            missing.append(Missing(name, arm.runner.name, reason, python=python))
        else:
            cells[cell] = seconds
    return cells, missing


def name_of(workload: Workload) -> str:
    """The title of a workload with the parameters that a study gave it."""
    return workload.title() + variant(workload)
