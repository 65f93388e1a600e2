"""A run as a table: one row per observation, with what the plan knows of its cell.

Columns, besides those of Cell and WorkloadInfo (``workload``, ``family``, ``client``, ``kind``, ``bound``,
``lesson``, ``runner``, ``study``, ``concurrency``, ``n``, ``key``) and those of Observation that are single
values (seconds, bytes, counts); the parameters of its workload, its options and the figures of its procedure
are columns of their own names:

=================== ========================================================================
``seconds_per_task`` of the steady part of the batch; where that is too short, batch wall time / n
``fill_and_drain_s`` batch wall time - n * seconds_per_task
``tasks_per_s``      1 / seconds_per_task
``cpu_per_task_s``   CPU seconds of every process of the pool / n
``in_flight``        mean tasks in flight: sum of latencies / wall (concurrency)
``cores_used``       CPU time / wall (parallelism)
``switches_per_task`` context switches of every thread of the pool / n
``least_cpu_s``      the smallest CPU time per task in the family and block (p of the limit)
``limit_s``          least seconds per task that any scheduler could reach on this machine
``own_limit_s``      the least that this model could reach with its client: by its own CPU time per task,
                     and on one core if it has only one thread or one GIL
``efficiency``       limit_s / seconds_per_task
``baseline_s``       seconds per task of the sync cell it is compared with, in the same block
``speedup``          baseline_s / seconds_per_task
``limit_speedup``    baseline_s / limit_s
``own_limit_speedup`` baseline_s / own_limit_s
``p50_s``, ``p95_s``, ``p99_s``  of the latencies; p99 only with 1,000 tasks or more
``on_core``, ``waiting``, ``blocked``  shares of the time of the threads that worked
=================== ========================================================================
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from bench.analysis.latencies import merged, percentile
from bench.core.cell import A_A, CALIBRATION, MAIN
from bench.core.histogram import TASKS_FOR_P99
from bench.core.observation import Observation
from bench.core.run import Run, RunnerInfo, WorkloadInfo


def least_seconds(wait: float, cpu: float, concurrency: int, cores: int) -> float:
    """The least seconds per task for many tasks that each wait ``wait`` and compute ``cpu`` seconds.

    ``concurrency`` of them in flight share the waiting, and no more than ``cores`` of these the computing:
    max((w + p) / c, p / min(c, cores)).
    """
    return max((wait + cpu) / concurrency, cpu / min(concurrency, cores))


SINGLE = """
    block started wall_s n import_s startup_s first_task_s latency_sum_s p50_s p95_s p99_s digest
    threads_seen cpu_s switches_voluntary switches_involuntary memory_peak memory_pss steal_s gil
    start_method loop client_version client_extension effective_cores spin_rate timer_error_s elsewhere
""".split()  # noqa: SIM905 - 28 names read better so
OF_CELL = ("key", "python", "workload", "runner", "study", "concurrency", "procedure")
OF_WORKLOAD = ("client", "kind", "bound", "lesson", "wait_s")
NO_WORKLOAD = WorkloadInfo(
    label="", name="", family="", client=None, bound="none", summary="", kind="none", lesson=False, wait_s=0.0
)  # the calibration cell's


def frame(run: Run) -> pd.DataFrame:
    """The run's observations, in the order in which they were measured."""
    info = {workload.label: workload for workload in run.plan.workloads}
    table = pd.DataFrame([_row(observation, run, info) for observation in run.observations])
    return table if table.empty else _with_baselines(_with_limits(table, run))


def _row(observation: Observation, run: Run, info: dict[str, WorkloadInfo]) -> dict[str, Any]:
    cell = run.plan.cell[observation.key]
    workload = info.get(cell.workload, NO_WORKLOAD)
    row = {name: getattr(observation, name) for name in SINGLE}
    row |= {name: getattr(cell, name) for name in OF_CELL} | {
        name: getattr(workload, name) for name in OF_WORKLOAD
    }
    row["family"] = workload.family or cell.workload
    # What may be compared: a study's cells are paired with each other.
    row["question"] = MAIN if cell.study in (A_A, CALIBRATION) else cell.study
    row = cell.spec.params | cell.options | observation.figures | row
    if observation.p50_s is None:  # of a run of before they were saved
        counts = merged([observation.latencies])
        row["p50_s"], row["p95_s"] = percentile(counts, 0.50), percentile(counts, 0.95)
        row["p99_s"] = percentile(counts, 0.99) if observation.n >= TASKS_FOR_P99 else None
    wall, n = observation.wall_s, observation.n
    measured = wall > 0 and n > 0
    seconds = observation.seconds_per_task if measured else None
    row["seconds_per_task"], row["tasks_per_s"] = seconds, 1 / seconds if seconds else None
    row["fill_and_drain_s"] = wall - n * seconds if seconds and observation.steady_s else None
    row["in_flight"] = observation.latency_sum_s / wall if measured else None
    cpu = observation.cpu_s if measured else None
    row["cpu_per_task_s"] = None if cpu is None else cpu / n
    row["cores_used"] = None if cpu is None else cpu / wall
    switches = (observation.switches_voluntary, observation.switches_involuntary)
    known = measured and None not in switches
    row["switches_per_task"] = sum(count or 0 for count in switches) / n if known else None
    parts = observation.parts
    total = parts.on_core_s + parts.waiting_s + parts.blocked_s if parts else 0.0
    for name in ("on_core", "waiting", "blocked"):
        row[name] = getattr(parts, f"{name}_s") / total if total else None
    for name, share in observation.services.items():
        for figure in ("cpu_share", "peak_in_flight", "connections_opened", "stalled_s"):
            row[f"{name}_{figure}"] = getattr(share, figure)
    return row


def _with_limits(table: pd.DataFrame, run: Run) -> pd.DataFrame:
    cores, runners = run.plan.machine.cores, {info.name: info for info in run.plan.runners}
    cpu = pd.to_numeric(table["cpu_per_task_s"], errors="coerce")
    table["least_cpu_s"] = cpu.groupby(
        [table[name] for name in ("python", "question", "family", "block")]
    ).transform("min")
    workloads = {info.label: info for info in run.plan.workloads}
    of_runner: list[tuple[str, str, bool | None]] = list(
        zip(table["runner"], table["workload"], table["gil"], strict=True)
    )
    alone = [
        one_core(runners.get(runner), workloads.get(label, NO_WORKLOAD), gil=gil)
        for runner, label, gil in of_runner
    ]
    for name, used, most in (
        ("limit_s", table["least_cpu_s"], [cores] * len(table)),
        ("own_limit_s", cpu, [1 if one else cores for one in alone]),
    ):
        limits = [
            least_seconds(wait, each, concurrency, its) if pd.notna(each) and kind != "none" else None
            for wait, each, concurrency, kind, its in zip(
                table["wait_s"], used, table["concurrency"], table["kind"], most, strict=True
            )
        ]
        table[name] = pd.to_numeric(pd.Series(limits, table.index)).mask(table["elsewhere"])
    table["efficiency"] = table["limit_s"] / table["seconds_per_task"]
    return table


def one_core(runner: RunnerInfo | None, workload: WorkloadInfo, *, gil: bool | None) -> bool:
    """Whether a model's workers compute one at a time: in one thread, or in Python under one GIL."""
    if runner is None or not runner.shares_process or workload.spreads:
        return False
    holds_gil = not workload.releases_gil and workload.kind != "cpu-native"
    return runner.one_thread or (runner.shares_gil and gil is not False and holds_gil)


def _with_baselines(table: pd.DataFrame) -> pd.DataFrame:
    """The sync cell of the same workload and block; where a workload has none, that of its family, which is
    the same workload in every block, and a lesson only where the family has no other."""
    sync = table[(table["runner"] == "sync") & (table["study"] == table["question"])]
    by_client = sync.groupby(["python", "question", "block", "workload"])["seconds_per_task"].first()
    rank = sync["lesson"].astype(int).astype(str) + sync["workload"]
    usual = sync[rank == rank.groupby([sync["python"], sync["question"], sync["family"]]).transform("min")]
    by_family = usual.groupby(["python", "question", "block", "family"])["seconds_per_task"].first()
    of_client, of_family = by_client.to_dict(), by_family.to_dict()
    table["baseline_s"] = [
        of_client.get(
            (row.python, row.question, row.block, row.workload),
            of_family.get((row.python, row.question, row.block, row.family)),
        )
        for row in table.itertuples()
    ]
    table["baseline_s"] = pd.to_numeric(table["baseline_s"])
    table["speedup"] = table["baseline_s"] / table["seconds_per_task"]
    table["limit_speedup"] = table["baseline_s"] / table["limit_s"]
    table["own_limit_speedup"] = table["baseline_s"] / table["own_limit_s"]
    return table


def median(column: pd.Series[Any]) -> float | None:
    """The median of a column's numbers, None where it has none, of which pandas before 3 would warn."""
    numbers = pd.to_numeric(column, errors="coerce").dropna()
    return float(numbers.median()) if len(numbers) else None
