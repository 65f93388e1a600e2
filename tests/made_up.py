"""Runs that nobody measured, for tests of what is said about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.core.cell import Cell, Spec
from bench.core.observation import Observation
from bench.core.run import Interpreter, Machine, Plan, Run, RunnerInfo, WorkloadInfo

RUNNERS = ("sync", "threading", "multiprocessing", "asyncio")
KINDS = {
    "sleep": ("io", 0.02),
    "cpu-python": ("cpu-python", 0.0),
    "cpu-native": ("cpu-native", 0.0),
    "file": ("mixed", 0.0),
    "sqlite": ("mixed", 0.0),
    "subprocess": ("mixed", 0.0),
}


def plan_of(cells: Sequence[Cell], *, blocks: int = 8, gil: bool = True, **changes: object) -> Plan:
    """A plan around cells."""
    labels = {cell.workload for cell in cells if cell.study != "calibration"}
    values: dict[str, object] = {
        "created": "2026-01-02T03:04:05+00:00",
        "command": "python -m bench all",
        "mode": "default",
        "seed": 1,
        "blocks": blocks,
        "threshold": 0.05,
        "machine": Machine("Linux", "a processor", "host", 2, 2, 8 << 30, 0.1),
        "interpreters": [Interpreter("3.11", "/usr/bin/python3", "3.11.2", "CPython", gil, not gil)],
        "workloads": [info_of(label) for label in sorted(labels)],
        "runners": [
            RunnerInfo(name, f"how {name} works", "something", name != "multiprocessing") for name in RUNNERS
        ],
        "cells": list(cells),
        "expected_s": {cell.key: 1.0 for cell in cells},
        "status": "done",
    }
    return Plan(**(values | changes))


def info_of(label: str) -> WorkloadInfo:
    """A workload as the plan describes it; "http[x]" is of the family "http"."""
    name = label.partition("[")[0]
    kind, wait = KINDS.get(name, ("io", 0.02))
    client = label.partition("[")[2].rstrip("]") or None
    bound = "cpu" if kind.startswith("cpu") else kind
    return WorkloadInfo(
        label=label,
        name=name,
        family=name,
        client=client,
        bound=bound,
        summary=f"What {name} does.",
        kind=kind,
        lesson=False,
        wait_s=wait,
    )


def cell_of(workload: str, runner: str, study: str = "main") -> Cell:
    """A cell with 16 tasks in flight, or 2 for what computes."""
    in_flight = 2 if workload.startswith("cpu") else 16
    concurrency = 1 if runner == "sync" else in_flight
    return Cell("3.11", workload, Spec(f"made.up:{workload}"), runner, concurrency, 160, study=study)


def observation_of(cell: Cell, block: int, seconds_per_task: float, **changes: object) -> Observation:
    """An observation with that figure."""
    wall = seconds_per_task * cell.n
    values: dict[str, object] = {
        "block": block,
        "key": cell.key,
        "started": 1e9 + block,
        "wall_s": wall,
        "n": cell.n,
        "latency_sum_s": wall * cell.concurrency,
        "latencies": {"500": cell.n},
        "digest": "00",
        "cpu_s": cell.n * (0.0001 if info_of(cell.workload).kind == "io" else 0.02),
        "gil": True,
    }
    return Observation(**(values | changes))


def run_of(
    speedups: Mapping[tuple[str, str], float | Sequence[float]],
    *,
    blocks: int = 8,
    gil: bool = True,
    baseline_s: float = 0.02,
    wobble: Sequence[float] = (1.0,),
) -> Run:
    """A run in which (workload, runner) had those speed-ups, one for all blocks or one for each."""
    workloads = list(dict.fromkeys(workload for workload, _ in speedups))
    cells = [cell_of(workload, "sync") for workload in workloads]
    cells += [cell_of(workload, runner) for workload, runner in speedups]
    observations = []
    for block in range(blocks):
        drift = wobble[block % len(wobble)]
        for cell in cells:
            given = 1.0 if cell.runner == "sync" else speedups[cell.workload, cell.runner]
            ratio = given if isinstance(given, int | float) else given[block]
            observations.append(observation_of(cell, block, baseline_s * drift / ratio, gil=gil))
    return Run(plan_of(cells, blocks=blocks, gil=gil), observations, [])
