"""From the options to the plan: choose, try each workload out, size the batches."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Protocol

from bench.arms import Tried, Wanted, arm_cells, name_of, wanted_arms
from bench.catalog import all_runners
from bench.describe import describe_runner, describe_variant, describe_workload, versions
from bench.errors import UserError
from bench.machine import describe_machine, shown
from bench.plan import PILOT_TASKS, STUDY_BLOCKS, Pilot, Subject, make_cells, twin_of_some
from bench.records import Cell, Failure, Interpreter, Machine, Missing, Observation, Plan
from bench.runner import Runner
from bench.selection import Choice, Options, choose
from bench.workload import Workload

BLOCKS = {"default": 8, "quick": 3, "thorough": 40}
PILOT_TIMEOUT_S = 60.0
NO_CELLS = (
    "what was chosen has no cells with those runners and workloads; choose others, or see"
    " `python -m bench list`"
)


class Measure(Protocol):
    """Measures one cell in a fresh process."""

    def __call__(
        self, workload: Workload, cell: Cell, block: int, *, timeout: float
    ) -> Observation | Failure: ...


@dataclass(frozen=True)
class Intent:
    """What is wanted, before anything was tried."""

    python: Interpreter
    machine: Machine
    choices: Sequence[Choice]  # of the comparison
    wanted: Sequence[Wanted]  # by studies
    missing: Sequence[Missing]

    @property
    def workloads(self) -> dict[str, Workload]:
        """By the name that their cells give them."""
        main = {choice.workload.label(): choice.workload for choice in self.choices}
        return {name_of(want.arm.workload): want.arm.workload for want in self.wanted} | main

    @property
    def mongo_delay(self) -> float:
        """The seconds by which a MongoDB of our own delays its answers."""
        delays = [
            getattr(workload, "delay", 0.0)
            for workload in self.workloads.values()
            if "mongo" in workload.services
        ]
        return max(delays, default=0.0)


def intent(options: Options, python: Interpreter) -> Intent:
    """What the options ask for. Raises UserError for what does not exist."""
    machine = describe_machine()
    choices, missing = choose(options)
    wanted, lacking = wanted_arms(options, cores=machine.cores, gil=python.gil)
    if options.mongo_uri:
        choices = [replace(choice, workload=on_real_server(choice.workload)) for choice in choices]
        arms = [replace(want.arm, workload=on_real_server(want.arm.workload)) for want in wanted]
        wanted = [replace(want, arm=arm) for want, arm in zip(wanted, arms, strict=True)]
    found = Intent(python, machine, choices, wanted, list(dict.fromkeys([*missing, *lacking])))
    return on_one_delay(found) if options.mongod else found


def on_one_delay(found: Intent) -> Intent:
    """A local mongod delays every answer by the same: what studies would have it do otherwise gives way."""
    wanted = []
    for want in found.wanted:
        workload = want.arm.workload
        if "mongo" in workload.services and hasattr(workload, "delay"):
            workload = replace(workload, delay=found.mongo_delay)  # type: ignore[type-var]  # a dataclass
        wanted.append(replace(want, arm=replace(want.arm, workload=workload)))
    return replace(found, wanted=wanted)


def on_real_server(workload: Workload) -> Workload:
    """A user's own server adds no delay to its answers: its latency is its own."""
    if not hasattr(workload, "delay") or "mongo" not in workload.services:
        return workload
    return replace(workload, delay=0.0)  # type: ignore[type-var]  # a workload is a dataclass


def prepare(
    wish: Intent,
    options: Options,
    measure: Measure,
    trying: Callable[[str], None],
    services: Mapping[str, str],
) -> Plan:
    """All that is decided before the first cell. Raises UserError when nothing can be measured."""
    pilots, failing = try_out(wish, options, measure, trying)
    subjects = [
        Subject(choice.workload, choice.runners, pilots[choice.workload.label(), ""])
        for choice in wish.choices
        if (choice.workload.label(), "") in pilots
    ]
    python, cores = wish.python, wish.machine.cores
    expected = make_cells(
        subjects,
        python=python.name,
        cores=cores,
        gil=python.gil,
        concurrency=options.concurrency,
        tasks=options.tasks,
    )
    arms, too_long = arm_cells(wish.wanted, pilots, python=python.name, cores=cores, gil=python.gil)
    expected |= arms
    expected |= twin_of_some(expected)
    missing = [*wish.missing, *failing, *too_long]
    measured = {cell.workload for cell in expected if cell.study != "calibration"}
    if not measured:
        reasons = "; ".join(f"{m.workload or m.runner}: {m.reason}" for m in missing)
        raise UserError(f"Nothing could be measured: {reasons or NO_CELLS}.")
    runners = {cell.runner for cell in expected}
    compared = {subject.workload.label() for subject in subjects}
    return Plan(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=options.command,
        mode=options.mode,
        seed=options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000),
        blocks=options.blocks or BLOCKS[options.mode],
        threshold=options.threshold,
        machine=wish.machine,
        interpreters=[replace(python, executable=shown(python.executable))],
        workloads=[
            describe_workload(workload) if name in compared else describe_variant(workload)
            for name, workload in wish.workloads.items()
            if name in measured
        ],
        runners=[describe_runner(runner) for runner in all_runners() if runner.name in runners],
        cells=list(expected),
        expected_s={cell.key: round(seconds, 3) for cell, seconds in expected.items()},
        services=dict(services),
        missing=missing,
        versions=versions(wish.workloads.values()),
        studies=list(options.studies),
        study_blocks=STUDY_BLOCKS if options.mode == "thorough" and options.in_all else None,
        budget_s=options.budget_s,
    )


def try_out(
    wish: Intent, options: Options, measure: Measure, trying: Callable[[str], None]
) -> tuple[dict[Tried, Pilot], list[Missing]]:
    """Run a few tasks of each workload, to see that it works here and how long a task takes; and of some
    under each runner with many in flight, to see what it takes then."""
    able: dict[str, list[Runner]] = {c.workload.label(): list(c.runners) for c in wish.choices}
    for want in wish.wanted:
        if want.needs_pilot:
            able.setdefault(name_of(want.arm.workload), []).append(want.arm.runner)
    pilots: dict[Tried, Pilot] = {}
    missing = []

    def first_try(name: str, runner: Runner, in_flight: int, n: int) -> Pilot | Failure:
        workload = wish.workloads[name]
        trying(name)
        cell = Cell(wish.python.name, name, workload.spec(), runner.name, in_flight, n, study="pilot")
        seen = measure(workload, cell, 0, timeout=PILOT_TIMEOUT_S + 10 * workload.wait)
        if isinstance(seen, Failure):
            return seen
        wall = seen.wall_s / seen.n
        # Among many, the wall time of a task is its share of theirs: no bound for its CPU time.
        return Pilot(wall, wall if seen.cpu_s is None else min(seen.cpu_s / seen.n, wall * in_flight))

    for name, runners in able.items():
        workload = wish.workloads[name]
        # The plain loop where there is one: it says what the task is, and not what the model adds.
        runner = min(runners, key=lambda runner: runner.name != "sync")
        tried = first_try(name, runner, 1, PILOT_TASKS if workload.wait < 0.5 else 1)
        if isinstance(tried, Pilot):
            pilots[name, ""] = tried
            continue
        reason = tried.reason
        if "mongo" in workload.services and options.mongo_uri and not options.mongo_uri_is_option:
            reason += " (from BENCH_MONGO_URI)"
        # What cannot start is not to be had here; what starts and then fails is broken.
        missing.append(Missing(name, "", reason, broken=tried.stage != "start"))

    crowds = {(name_of(w.arm.workload), w.arm.runner.name): w.arm for w in wish.wanted if w.arm.crowd}
    for (name, model), arm in crowds.items():
        if (name, "") in pilots:
            tried = first_try(name, arm.runner, arm.crowd, arm.crowd)
            if isinstance(tried, Pilot):
                pilots[name, model] = tried
    return pilots, missing
