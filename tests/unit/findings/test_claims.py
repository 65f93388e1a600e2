"""Every claim against runs that nobody measured: with a GIL, without one, noisy, incomplete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from bench.analysis.summary import summarize
from bench.core.cell import Cell, Scalar, Spec
from bench.core.observation import Observation, Parts
from bench.core.run import Run
from bench.findings.claim import CLAIMS, Claim
from bench.findings.evidence import Evidence
from bench.worker.rungs import PRELOADED, process_with
from tests.made_up import plan_of, run_of

BUILDS = "bench.findings.claims.builds"  # see test_builds
BY_ID = {claim.id: claim for claim in CLAIMS.all if claim.judge.__module__ != BUILDS}

SPEEDUPS: Mapping[tuple[str, str], float] = {
    ("sleep", "threading"): 15.9,
    ("sleep", "asyncio"): 15.8,
    ("sleep", "multiprocessing"): 15.7,
    ("blocking", "asyncio"): 1.0,
    ("http[httpx]", "threading"): 15.0,
    ("http[httpx]", "asyncio"): 14.0,
    ("http[aiohttp]", "asyncio"): 15.0,
    ("mongo[pymongo-async]", "asyncio"): 15.0,
    ("mongo[motor]", "asyncio"): 15.0,
    ("mongomock[mongomock-motor]", "asyncio"): 1.0,
    ("cpu-python", "threading"): 1.0,
    ("cpu-python", "asyncio"): 1.0,
    ("cpu-python", "multiprocessing"): 1.95,
    ("cpu-native", "threading"): 1.95,
    ("file[open]", "asyncio"): 1.0,
    ("file[aiofiles]", "asyncio"): 0.6,
    ("sqlite[aiosqlite]", "asyncio"): 0.4,
    ("subprocess", "asyncio"): 1.5,
    ("subprocess", "threading"): 1.8,
}
DEMOS: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("tasks", "asyncio"): {"sequential_s": 0.3, "concurrent_s": 0.2, "each_task_unchanged": True},
    ("gather", "asyncio"): {"makespan_s": 0.21, "longest_s": 0.2},
    ("errors", "asyncio"): {
        "gather_siblings_finished": True,
        "taskgroup_siblings_cancelled": True,
        "except_catches": True,
        "cancelled_passes_except_exception": True,
    },
    ("chain", "asyncio"): {"worst_gap_s": 0.001, "overlap": True},
    ("queue", "asyncio"): {"makespan_s": 0.31, "ideal_s": 0.3},
    ("queue", "sync"): {"all_queued_before_first": True},
    ("timeout", "asyncio"): {"queue_methods_take_timeout": False, "wait_for_timed_out": True},
    ("future", "asyncio"): {
        "set_twice_raises": True,
        "awaited_many": 3,
        "coroutine_twice_raises": True,
        "waiter_s": 0.1,
        "delay_s": 0.1,
        "turns_meanwhile": 5,
    },
    ("count", "asyncio"): {
        "call_ran_nothing": True,
        "turns_during_nonsuspending_awaits": 0,
        "turns_during_sleeps": 3,
        "await_in_plain_function_is_syntax_error": True,
    },
    ("blocking", "asyncio"): {"to_thread_turns": 9},
}


def evidence(
    changes: Mapping[tuple[str, str], object] | None = None,
    *,
    gil: bool = True,
    blocks: int = 8,
    noise: float = 0.0,
    demos: Mapping[tuple[str, str], Mapping[str, object]] = DEMOS,
    usual_studies: bool = True,
) -> Evidence:
    """The run of a machine with two cores, with those speed-ups changed."""
    wanted = {**SPEEDUPS, **(changes or {})}
    spread = [1 + noise * (-1) ** block for block in range(blocks)]
    speedups = {cell: [value * s for s in spread] for cell, value in wanted.items()}
    run = run_of(speedups, blocks=blocks, gil=gil)
    calibration = Cell(
        "3.11", "calibration", Spec(""), "sync", 2, 1, study="calibration", procedure="calibration"
    )
    studied = of_studies(usual=usual_studies)
    cells = [*run.plan.cells, calibration, *(cell for cell, _ in studied)]
    plan = plan_of(cells, blocks=blocks, gil=gil)
    seen = [
        detailed(observation, run.plan.cell[observation.key], gil=gil) for observation in run.observations
    ]
    for block in range(blocks):
        seen.append(Observation(block, calibration.key, 1e9, effective_cores=2.0))
        seen += [Observation(block, cell.key, 1e9, figures=figures) for cell, figures in studied]
    return Evidence(summarize(Run(plan, seen, [])), demos)


def of_studies(*, usual: bool) -> list[tuple[Cell, dict[str, float]]]:
    """Cells of the studies that claims look at, with their figures: as they usually are, or the other way."""

    def cell(study: str, runner: str, n: int, **options: Scalar) -> Cell:
        return Cell("3.11", "null", Spec("null"), runner, n, n, options, study, study)

    seconds = {"a process by spawn": 1e-3, "a new thread": 1e-3}
    seconds |= {process_with("fork"): 4e-3, process_with(PRELOADED): 8e-3}
    seconds |= {process_with("forkserver"): 7e-2 if usual else 5e-3}
    found = [
        (
            cell("ladder", "sync", 1, rung=name),
            {"seconds": took, "memory": 1e7 if "process" in name else 1e4},
        )
        for name, took in seconds.items()
    ]
    for many in (1, 128):
        at_once = min(many, 6) if usual else many
        figures = {"running": float(at_once), "lookup_s": 5e-4 * many / at_once}
        found.append((cell("saturation", "asyncio", many, pool="default"), figures))
    held = 100_000 if usual else 101
    for way, model, memory in (
        ("gather", "asyncio", 2.5e8),
        ("gather + semaphore", "asyncio", 2500.0 * held),
        ("Executor.map", "threading", 2500.0 * held),
    ):
        figures = {"memory": memory, "held": float(held)}
        found.append((cell("backpressure", model, 100, way=way, items=100_000), figures))
    return found


@cache
def usual(blocks: int = 8) -> Evidence:
    """The run with nothing changed, worked out once."""
    return evidence(blocks=blocks)


def detailed(seen: Observation, cell: Cell, *, gil: bool) -> Observation:
    """With what the operating system would tell of such a cell."""
    turns = cell.workload == "cpu-python" and cell.runner == "threading" and gil
    blocked = 1.0 if turns else 0.0
    cores = {"cpu-python": 1.0 if cell.runner != "multiprocessing" and turns else 1.9}.get(cell.workload, 0.1)
    return replace(
        seen,
        parts=Parts(2, 1.0, 0.0, blocked),
        threads_seen=1 if cell.runner == "asyncio" else 2,
        cpu_s=seen.wall_s * cores,
        startup_s=0.3 if cell.runner == "multiprocessing" else 0.002,
        latency_sum_s=seen.wall_s * cell.concurrency,
    )


def verdicts(found: Evidence) -> dict[str, str]:
    return {id: claim.judge(found).verdict for id, claim in BY_ID.items()}


EXPECTED = {
    "gil-single-thread": "refuted",
    "processes-needed": "supported",
    "asyncio-beats-threads": "refuted",
    "async-libraries": "partly",
    "async-files": "refuted",
    "async-sqlite": "refuted",
    "async-subprocesses": "refuted",
    "coroutine-schedules": "refuted",
    "await-yields": "partly",
    "future-nonblocking": "partly",
    "except-catches": "partly",
    "to-thread-unlimited": "refuted",
    "async-dns-never-waits": "refuted",
    "forkserver-like-fork": "refuted",
    "semaphore-bounds-memory": "refuted",
    "executor-map-lazy": "refuted",
}


@pytest.mark.parametrize("id", BY_ID)
def test_the_verdict_on_a_build_with_a_gil(id: str) -> None:
    judgement = BY_ID[id].judge(usual())
    assert judgement.verdict == EXPECTED.get(id, "supported"), judgement.because
    assert judgement.because
    assert BY_ID[id].where


def test_without_a_gil_the_claims_about_it_come_out_refuted() -> None:
    parallel = {("cpu-python", "threading"): 1.9}
    found = verdicts(evidence(parallel, gil=False))
    assert found["gil-one-at-a-time"] == "refuted"
    assert found["threads-take-turns"] == "refuted"
    assert found["processes-needed"] == "refuted"
    assert found["processes-cpu"] == "supported"
    assert found["gil-native-code"] == "supported"


@pytest.mark.parametrize("id", BY_ID)
def test_an_empty_run_decides_nothing(id: str) -> None:
    nothing = Evidence(summarize(Run(plan_of([]), [], [])))
    assert BY_ID[id].judge(nothing).verdict == "not measured"


@pytest.mark.parametrize("id", BY_ID)
def test_three_blocks_decide_nothing_but_what_a_demo_shows(id: str) -> None:
    judgement = BY_ID[id].judge(usual(blocks=3))
    by_demo = BY_ID[id].where.startswith("demo-")
    assert judgement.verdict == (EXPECTED.get(id, "supported") if by_demo else "unresolved")


def test_noise_leaves_open_what_lies_near_a_bound() -> None:
    found = verdicts(evidence({("cpu-python", "multiprocessing"): 1.62}, noise=0.2))
    assert found["processes-cpu"] == "unresolved"
    assert found["gil-single-thread"] == "refuted"  # far from its bound


REVERSED: Mapping[tuple[str, str], float] = {
    ("sleep", "threading"): 1.0,
    ("sleep", "asyncio"): 1.0,
    ("blocking", "asyncio"): 8.0,
    ("http[httpx]", "threading"): 1.0,
    ("http[httpx]", "asyncio"): 8.0,
    ("http[aiohttp]", "asyncio"): 1.0,
    ("mongo[motor]", "asyncio"): 1.0,
    ("mongomock[mongomock-motor]", "asyncio"): 8.0,
    ("cpu-python", "threading"): 1.9,
    ("cpu-python", "asyncio"): 1.9,
    ("cpu-python", "multiprocessing"): 1.0,
    ("cpu-native", "threading"): 1.0,
    ("file[aiofiles]", "asyncio"): 1.5,
    ("sqlite[aiosqlite]", "asyncio"): 1.5,
    ("subprocess", "asyncio"): 1.9,
    ("subprocess", "threading"): 1.5,
}


def opposite(value: object) -> object:
    return not value if isinstance(value, bool) else 0 if isinstance(value, int) else value


def reversed_demos() -> dict[tuple[str, str], dict[str, object]]:
    shown = {name: {key: opposite(value) for key, value in values.items()} for name, values in DEMOS.items()}
    shown["gather", "asyncio"] = {"makespan_s": 0.5, "longest_s": 0.2}
    shown["queue", "asyncio"] = {"makespan_s": 0.9, "ideal_s": 0.3}
    return shown


UNDECIDED_BY_ONE_RUN = {"concurrency-not-parallelism", "asyncio-one-thread", "processes-cost"}


@cache
def the_other_way() -> Evidence:
    return evidence(REVERSED, gil=False, demos=reversed_demos(), usual_studies=False)


@pytest.mark.parametrize("id", sorted(set(BY_ID) - UNDECIDED_BY_ONE_RUN))
def test_every_claim_can_come_out_either_way(id: str) -> None:
    other = the_other_way()
    usual = EXPECTED.get(id, "supported")
    verdict = BY_ID[id].judge(other).verdict
    assert verdict == ("supported" if usual == "refuted" else "refuted"), BY_ID[id].judge(other).because


def changed(**changes: object) -> Evidence:
    """A run in which every observation was different in that."""
    found = evidence()
    run = found.summary.run
    return Evidence(summarize(Run(run.plan, [replace(o, **changes) for o in run.observations], [])), DEMOS)


def test_the_others_can_be_refuted_too() -> None:
    assert BY_ID["asyncio-one-thread"].judge(changed(threads_seen=2)).verdict == "refuted"
    assert BY_ID["concurrency-not-parallelism"].judge(changed(cpu_s=1000.0)).verdict == "refuted"
    assert BY_ID["processes-cost"].judge(changed(startup_s=0.1)).verdict == "refuted"


@pytest.mark.parametrize("claim", BY_ID.values(), ids=list(BY_ID))
def test_a_claim_says_what_decides_it_and_how_to_measure_it(claim: Claim) -> None:
    assert claim.statement
    assert claim.condition
    assert claim.test
    assert claim.measure.startswith("python -m bench ")


def test_the_ledger_has_every_claim_of_the_reading_once() -> None:
    assert len(BY_ID) == 37
    assert len({claim.id for claim in CLAIMS.all}) == len(CLAIMS.all)
