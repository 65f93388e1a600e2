"""Runs with every kind of work in them, for the tests of what is drawn from runs."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace

from bench.core.cell import Cell, Spec
from bench.core.observation import Failure, Observation, Stage
from bench.core.run import Interpreter, Missing, Run, RunnerInfo, WorkloadInfo
from tests.made_up import RUNNERS, observation_of, plan_of

HOSTILE = "</script></style><img src=x onerror=alert(1)>\"'&"

# How many times as fast as sync, by kind of work and model.
SPEED = {
    "io": {"threading": 15.2, "multiprocessing": 14.4, "asyncio": 15.6},
    "mixed": {"threading": 8.1, "multiprocessing": 10.2, "asyncio": 6.5},
    "cpu-python": {"threading": 0.8, "multiprocessing": 1.9, "asyncio": 1.0},
    "cpu-native": {"threading": 1.95, "multiprocessing": 1.9, "asyncio": 1.0},
    "none": {"threading": 0.06, "multiprocessing": 0.008, "asyncio": 0.09},
}
SECONDS = {"io": 0.02, "mixed": 0.023, "cpu-python": 0.03, "cpu-native": 0.025, "none": 5e-7}


def workload(label: str, kind: str, *, lesson: bool = False, family: str = "") -> WorkloadInfo:
    """A workload; "http[httpx]" is one of the family http with the client httpx."""
    name, _, client = label.removesuffix("]").partition("[")
    bound = {"io": "io", "mixed": "mixed", "none": "none"}.get(kind, "cpu")
    wait = SECONDS["io"] if kind in ("io", "mixed") else 0.0
    return WorkloadInfo(
        label, name, family or name, client or None, bound, f"What {name} does.", kind, lesson, wait
    )


WORKLOADS = (
    workload("http[httpx]", "io"),
    workload("http[aiohttp]", "io"),
    workload("sleep", "io"),
    workload("mixed[httpx]", "mixed"),
    workload("cpu-python", "cpu-python"),
    workload("cpu-native", "cpu-native"),
    workload("blocking", "io", lesson=True, family="sleep"),
    workload("null", "none"),
)


def make_run(
    workloads: Iterable[WorkloadInfo] = WORKLOADS,
    runners: Sequence[str] = RUNNERS,
    *,
    blocks: int = 8,
    status: str = "done",
    host: str = "example",
    missing: Sequence[Missing] = (),
    fails: bool = False,
    reason: str = "task 3 raised ValueError: no",
) -> Run:
    """A run of those workloads under those runners; ``fails``: every cell fails in every block."""
    workloads = list(workloads)
    infos = {info.label: info for info in workloads}
    cells = [_cell(info, runner) for info in workloads for runner in runners]
    cells += [
        replace(cell, study="A/A") for cell in cells if cell.runner == "sync" and "cpu-py" in cell.workload
    ]
    cells.append(
        Cell("3.11.7", "calibration", Spec(""), "sync", 2, 1, study="calibration", procedure="calibration")
    )
    chance = random.Random(7)
    observations, failures = [], []
    for block in range(blocks):
        for cell in cells:
            if fails:
                failures.append(Failure(block, cell.key, Stage.BATCH, reason))
            elif cell.study == "calibration":
                observations.append(
                    Observation(block, cell.key, 0.0, effective_cores=1.95, timer_error_s=7e-5)
                )
            else:
                observations.append(_observation(block, cell, infos[cell.workload], chance))
    plan = plan_of(
        cells,
        blocks=max(blocks, 1),
        seed=11,
        interpreters=[Interpreter("3.11.7", "/usr/bin/python3", "3.11.7", "CPython", True, False)],
        workloads=workloads,
        runners=[
            RunnerInfo(
                runner, f"how {runner} works", f"What {runner} is good for", runner != "multiprocessing"
            )
            for runner in runners
        ],
        services={"http": "the test server of this package, on loopback"},
        missing=list(missing),
        versions={"bench": "0.1.0", "httpx": "0.28.1"},
        status=status,
    )
    plan = replace(plan, machine=replace(plan.machine, host=host))
    return Run(plan, observations, failures)


def hostile_run() -> Run:
    """A run whose names are markup and formulas."""
    workloads = (*WORKLOADS, workload(f"{HOSTILE}[{HOSTILE}]", "io"), workload("=HYPERLINK(1)", "io"))
    run = make_run(workloads, (*RUNNERS, HOSTILE), host=HOSTILE, missing=[Missing(HOSTILE, HOSTILE, HOSTILE)])
    failure = Failure(0, run.plan.cells[0].key, Stage.PROCESS, HOSTILE)
    plan = replace(run.plan, command=HOSTILE, status=HOSTILE, mode=HOSTILE, services={HOSTILE: HOSTILE})
    return replace(run, plan=plan, failures=[failure])


def _cell(info: WorkloadInfo, runner: str) -> Cell:
    waits = info.bound in ("io", "mixed")
    concurrency = 1 if runner == "sync" else (16 if waits else 2)
    return Cell("3.11.7", info.label, Spec(f"made.up:{info.name}"), runner, concurrency, 16 * concurrency)


def _observation(block: int, cell: Cell, info: WorkloadInfo, chance: random.Random) -> Observation:
    speed = 1.0 if info.lesson else SPEED.get(info.kind, {}).get(cell.runner, 1.0)
    seconds = SECONDS.get(info.kind, 0.02) / speed * chance.uniform(0.99, 1.01)
    cpu = SECONDS.get(info.kind, 0.02) * (0.9 if info.bound == "cpu" else 0.02)
    return observation_of(
        cell,
        block,
        seconds,
        startup_s=0.004 * cell.concurrency,
        latency_sum_s=seconds * cell.n * cell.concurrency * 0.97,
        cpu_s=cpu * cell.n,
        memory_peak=30 * 2**20 * cell.concurrency,
        client_version="1.0" if info.client else None,
    )
