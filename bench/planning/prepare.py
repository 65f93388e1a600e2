"""From what is wanted to the plan: try each workload out, size the batches."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Protocol

from bench import __version__
from bench.core.demo import MODELS
from bench.core.records import MAIN, PILOT, Cell, Failure, Missing, MongoServer, Observation, Plan
from bench.core.runner import RUNNERS, Runner
from bench.core.workload import Workload
from bench.environment.calibration import calibration_cell
from bench.planning.descriptions import describe_runner, describe_variant, describe_workload
from bench.planning.intent import Intent, Wish, nothing
from bench.planning.selection import Options, options_of
from bench.planning.sizing import (
    PILOT_TASKS,
    ROUND_S,
    STUDY_BLOCKS,
    Pilot,
    Subject,
    evened,
    make_cells,
    rounds_beside,
    twin_of_some,
)
from bench.planning.study_cells import PilotKey, name_of, sized_cells

BLOCKS = {"default": 8, "quick": 3, "thorough": 40}
PAIRED_BLOCKS = 16  # of what is compared with itself: small differences are the point, and its cells are few
PILOT_TIMEOUT_S = 60.0


class Measure(Protocol):
    """Measures one cell in a fresh process."""

    def __call__(
        self, workload: Workload, cell: Cell, block: int, *, timeout: float
    ) -> Observation | Failure: ...


def prepare(
    wanted: Intent,
    options: Options,
    measure: Measure,
    trying: Callable[[str], None],
    services: Mapping[str, str],
) -> Plan:
    """All that is decided before the first cell. Raises UserError when nothing can be measured."""
    cores = wanted.machine.cores
    first = wanted.wishes[0].host.python
    expected: dict[Cell, float] = {}
    missing: list[Missing] = []
    for wish in wanted.wishes:
        cells, lacking = cells_of(wish, options, cores, measure, trying)
        expected |= cells
        missing += lacking
    expected = evened(expected)
    measured = {cell.workload for cell in expected}
    if not measured:
        raise nothing(missing)
    if not options.bare:  # what is compared with itself in the same blocks has the same machine on both sides
        expected |= twin_of_some(expected)
        rounds = rounds_beside(expected, {runner.name: runner for runner in RUNNERS.all})
        expected = {calibration_cell(first.name, cores, rounds): rounds * ROUND_S} | expected
    runners = {cell.runner for cell in expected}
    compared = {cell.workload for cell in expected if cell.study == MAIN}
    return Plan(
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        command=options.command,
        mode=options.mode,
        seed=options.seed if options.seed is not None else random.SystemRandom().randrange(1_000_000),
        blocks=options.blocks or blocks_of(options),
        threshold=options.threshold,
        machine=wanted.machine,
        interpreters=[wish.host.python for wish in wanted.wishes],
        workloads=[
            describe_workload(workload) if name in compared else describe_variant(workload)
            for name, workload in wanted.workloads.items()
            if name in measured
        ],
        runners=[describe_runner(runner) for runner in RUNNERS.all if runner.name in runners],
        cells=list(expected),
        expected_s={cell.key: round(seconds, 3) for cell, seconds in expected.items()},
        services=dict(services),
        missing=missing,
        versions={"bench": __version__},
        studies=list(options.studies),
        study_blocks=STUDY_BLOCKS if options.mode == "thorough" and options.in_all else None,
        budget_s=options.budget_s,
        memory_limit=options.memory_limit,
        findings=list(wanted.findings),
        demos=demos_of(options),
        mongo=mongo_server(options, wanted),
    )


def blocks_of(options: Options) -> int:
    """At most so many, where the options name no number."""
    return PAIRED_BLOCKS if options.bare and options.mode == "default" else BLOCKS[options.mode]


def demos_of(options: Options) -> list[str]:
    """The models under which the demos are shown."""
    if not options.in_all:
        return []
    return ["asyncio"] if options.mode == "quick" else list(MODELS)


def mongo_server(options: Options, wanted: Intent) -> MongoServer:
    """The MongoDB that was chosen."""
    if options.mongo_uri:
        return MongoServer("given")
    if options.mongod is not None:
        return MongoServer("mongod", options.mongod, wanted.mongo_delay)
    return MongoServer()


def cells_of(
    wish: Wish, options: Options, cores: int, measure: Measure, trying: Callable[[str], None]
) -> tuple[dict[Cell, float], list[Missing]]:
    """The cells of one interpreter, with the seconds that each is expected to take, and what it lacks."""
    pilots, failing = try_out(wish, options, measure, trying)
    python = wish.host.python
    subjects = [
        Subject(
            choice.workload,
            tuple(runner for runner in choice.runners if not failed(failing, choice.workload, runner)),
            pilots[choice.workload.label(), ""],
        )
        for choice in wish.choices
        if (choice.workload.label(), "") in pilots
    ]
    cells = make_cells(
        subjects,
        python=python.name,
        cores=cores,
        gil=python.gil,
        concurrency=options.concurrency,
        tasks=options.tasks,
        twins=not options.bare,
    )
    requests = [each for each in wish.requests if not failed(failing, each.workload, each.runner)]
    studied, too_long = sized_cells(requests, pilots, python=python.name, cores=cores, gil=python.gil)
    own = {runner.name: options_of(runner, options) for runner in RUNNERS.all}
    told = {
        replace(cell, options=cell.options | own[cell.runner]): seconds
        for cell, seconds in (cells | studied).items()
    }
    return told, [*wish.missing, *failing, *too_long]


def failed(failing: Sequence[Missing], workload: Workload, runner: Runner) -> bool:
    """Whether the workload cannot run under just this runner."""
    return any((missing.workload, missing.runner) == (name_of(workload), runner.name) for missing in failing)


def try_out(
    wish: Wish, options: Options, measure: Measure, trying: Callable[[str], None]
) -> tuple[dict[PilotKey, Pilot], list[Missing]]:
    """Run a few tasks of each workload, to see that it works here and how long a task takes; and of some
    under each runner with many in flight, to see what it takes then."""
    python = wish.host.python.name
    able: dict[str, list[Runner]] = {c.workload.label(): list(c.runners) for c in wish.choices}
    for request in wish.requests:
        if request.needs_pilot:
            able.setdefault(name_of(request.workload), []).append(request.runner)
    pilots: dict[PilotKey, Pilot] = {}
    missing = []

    def first_try(name: str, runner: Runner, in_flight: int, n: int) -> Pilot | Failure:
        workload = wish.workloads[name]
        trying(name)
        own = options_of(runner, options)
        cell = Cell(python, name, workload.spec(), runner.name, in_flight, n, own, study=PILOT)
        seen = measure(workload, cell, 0, timeout=PILOT_TIMEOUT_S + 10 * workload.wait)
        if isinstance(seen, Failure):
            return seen
        wall = seen.wall_s / seen.n
        # Among many, the wall time of a task is its share of theirs: no bound for its CPU time.
        return Pilot(wall, wall if seen.cpu_s is None else min(seen.cpu_s / seen.n, wall * in_flight))

    for name, runners in able.items():
        workload = wish.workloads[name]
        # The plain loop where there is one: it says what the task is, and not what the model adds.
        usual = min(runners, key=lambda runner: (runner.name != "sync", runner.picky))
        n = PILOT_TASKS if workload.wait < 0.5 else 1
        tried = first_try(name, usual, 1, n)
        if isinstance(tried, Failure):
            reason = tried.reason
            if "mongo" in workload.services and options.mongo_uri and not options.mongo_uri_is_option:
                reason += " (from BENCH_MONGO_URI)"
            # What cannot start is not to be had here; what starts and then fails is broken.
            missing.append(Missing(name, "", reason, broken=tried.stage != "start", python=python))
            continue
        pilots[name, ""] = tried
        for runner in dict.fromkeys(runners):
            if (runner.picky or workload.unproven) and runner is not usual:
                tried = first_try(name, runner, 1, n)
                if isinstance(tried, Failure):
                    missing.append(Missing(name, runner.name, tried.reason, python=python))

    crowded = {(name_of(r.workload), r.runner.name): r for r in wish.requests if r.pilot_concurrency}
    for (name, model), request in crowded.items():
        if (name, "") in pilots:
            tried = first_try(name, request.runner, request.pilot_concurrency, request.pilot_concurrency)
            if isinstance(tried, Pilot):
                pilots[name, model] = tried
    return pilots, missing
