"""The figures of one interpreter's part of a run: medians, intervals, verdicts, matrix, noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from bench.analysis.flags import DOUBTED_LIMITS, OVER_LIMIT, Context, Flag, flags
from bench.analysis.frame import frame, median
from bench.analysis.matrix import MatrixCell, matrix_of
from bench.analysis.statistics import LEVEL, Estimate, coverage, estimate
from bench.analysis.verdicts import Verdict, decide, estimate_ratio, ratio_of
from bench.core.cell import A_A, CALIBRATION, MAIN, NULL, Cell
from bench.core.run import Interpreter, Run, WorkloadInfo

ENOUGH_CORES = 0.75  # of those that a machine has


@dataclass(frozen=True)
class Row:
    """One cell over all blocks: medians, and intervals where something is concluded from them."""

    cell: Cell
    info: WorkloadInfo
    blocks: int
    seconds_per_task: Estimate
    speedup: Estimate | None = None
    verdict: Verdict | None = None  # None: of a baseline
    limit_speedup: float | None = None  # of any scheduler
    own_limit_speedup: float | None = None  # of this model with this client
    efficiency: float | None = None
    cpu_per_task_s: float | None = None
    in_flight: float | None = None
    cores_used: float | None = None
    startup_s: float | None = None
    import_s: float | None = None
    first_task_s: float | None = None
    memory_peak: float | None = None
    memory_pss: float | None = None
    p50_s: float | None = None
    p95_s: float | None = None
    p99_s: float | None = None
    fill_and_drain_s: float | None = None
    on_core: float | None = None
    waiting: float | None = None
    blocked: float | None = None
    threads_seen: float | None = None
    switches_per_task: float | None = None
    client_version: str | None = None
    client_extension: bool | None = None
    start_method: str | None = None
    flags: list[Flag] = field(default_factory=list)

    @property
    def possible(self) -> float | None:
        """The speed-up that this model could reach; None: not known, or contradicted by what was measured."""
        doubted = any(flag.kind in DOUBTED_LIMITS for flag in self.flags)
        return None if doubted else self.own_limit_speedup

    @property
    def is_baseline(self) -> bool:
        """Whether the others are compared with it."""
        return self.cell.runner == "sync"


@dataclass(frozen=True)
class Noise:
    """Two cells that are the same: they should be equal, and any difference is the run's noise."""

    workload: str
    runner: str
    ratio: Estimate

    @property
    def label(self) -> str:
        return f"{self.workload}, {self.runner}"

    @property
    def share(self) -> float:
        """How far from 1 their ratio may be, by its interval: 0.05."""
        return max(self.ratio.high, 1 / self.ratio.low) - 1


@dataclass(frozen=True)
class Summary:
    """A run on one interpreter, or that interpreter's part of a run over several, summed up."""

    run: Run
    table: pd.DataFrame
    rows: list[Row]
    matrix: dict[tuple[str, str], MatrixCell]
    noise: list[Noise]
    blocks: int  # begun
    effective_cores: Estimate | None
    timer_error_s: float | None
    dispatch_s: dict[str, float]
    gil: bool | None  # None: not the same in every cell
    beside: Sequence[Summary] = ()  # the run's other builds

    @property
    def python(self) -> Interpreter:
        """What it was measured on."""
        return self.run.plan.interpreters[0]

    @property
    def indicative(self) -> bool:
        """Too few blocks for an interval of 95 %."""
        return coverage(self.blocks, 1) < LEVEL

    @property
    def lacks_cores(self) -> bool:
        """Whether the machine gave far fewer cores than it has."""
        cores = self.effective_cores
        return cores is not None and cores.median < ENOUGH_CORES * self.run.plan.machine.cores

    def with_gil(self) -> Summary | None:
        """The GIL build of this build's version, where the run has it."""
        version = self.python.version
        same = (other for other in self.beside if other.python.version == version)
        return next((other for other in same if not other.python.free_threaded_build), None)

    def of(self, study: str) -> pd.DataFrame:
        """The observations of a study's cells."""
        return self.table[self.table["study"] == study] if len(self.table) else self.table

    def by_block(self, workload: str, runner: str, column: str) -> pd.Series[float]:
        """A figure of a cell of the comparison by block; see ``analysis.frame`` for the columns."""
        rows = self._compared.get((workload, runner))
        if rows is None or column not in rows:
            return pd.Series(dtype=float)
        return figures_by_block(rows, column)

    @cached_property
    def _compared(self) -> dict[tuple[str, str], pd.DataFrame]:
        """The rows of the comparison by workload and runner: they are asked for hundreds of times."""
        rows = self.of(MAIN)
        cells = rows.groupby(["workload", "runner"]) if len(rows) else ()
        return {(str(workload), str(runner)): seen for (workload, runner), seen in cells}

    def by_runner(self, kind: str) -> list[MatrixCell]:
        """The matrix cells of a kind, fastest first."""
        cells = [cell for cell in self.matrix.values() if cell.kind == kind]
        return sorted(cells, key=lambda cell: -cell.speedup.median)


def summarize(run: Run, table: pd.DataFrame | None = None) -> Summary:
    """Sum a run up; ``table`` is its frame, if it is known already. An empty run gives an empty summary."""
    table = frame(run) if table is None else table
    if table.empty:
        return Summary(run, table, [], {}, [], 0, None, None, {}, None)
    calibration = table[table["study"] == CALIBRATION]
    main = table[(table["study"] == MAIN)]
    nulls = main[main["family"] == NULL].groupby("runner")["seconds_per_task"].median()
    noise = _noise(table)
    context = Context(
        dispatch_s={r.name: float(nulls[r.name]) for r in run.plan.runners if r.name in nulls},
        timer_error_s=median(calibration["timer_error_s"]),
        cores=run.plan.machine.cores,
        over_limit=max([OVER_LIMIT, *(each.share for each in noise)]),
    )
    rows = _rows(run, main, context)
    gils = set(main["gil"].dropna())
    return Summary(
        run=run,
        table=table,
        rows=rows,
        matrix=matrix_of(main, run.plan.threshold, context.over_limit),
        noise=noise,
        blocks=int(table["block"].max()) + 1,
        effective_cores=ratio_of(pd.to_numeric(calibration["effective_cores"])),
        timer_error_s=context.timer_error_s,
        dispatch_s=dict(context.dispatch_s),
        gil=bool(gils.pop()) if len(gils) == 1 else None,
    )


def _rows(run: Run, main: pd.DataFrame, context: Context) -> list[Row]:
    info = {workload.label: workload for workload in run.plan.workloads}
    compared = main[(main["runner"] != "sync") & main["speedup"].notna()]
    ratios = {str(key): list(seen["speedup"]) for key, seen in compared.groupby("key")}
    verdicts: dict[str, Verdict] = {}
    for _, family in compared.groupby("family"):
        verdicts |= decide({str(key): ratios[str(key)] for key in family["key"].unique()}, run.plan.threshold)
    order = {cell.key: number for number, cell in enumerate(run.plan.cells)}
    medians = _medians(main)
    rows = []
    for key, seen in sorted(main.groupby("key"), key=lambda item: order[str(item[0])]):
        cell = run.plan.cell[str(key)]
        rows.append(
            Row(
                cell=cell,
                info=info[cell.workload],
                blocks=len(seen),
                seconds_per_task=estimate(list(seen["seconds_per_task"])),
                speedup=estimate_ratio(ratios[cell.key]) if cell.key in ratios else None,
                verdict=verdicts.get(cell.key),
                client_version=_first(seen, "client_version"),
                client_extension=_first(seen, "client_extension"),
                start_method=_first(seen, "start_method"),
                flags=flags(seen, context),
                **medians[cell.key],
            )
        )
    return rows


MEDIANS = """
    limit_speedup own_limit_speedup efficiency cpu_per_task_s in_flight cores_used startup_s import_s
    first_task_s memory_peak memory_pss on_core waiting blocked threads_seen switches_per_task p50_s p95_s
    p99_s fill_and_drain_s
""".split()  # noqa: SIM905 - 20 names read better so


def _medians(main: pd.DataFrame) -> dict[str, dict[str, float | None]]:
    """Those columns' medians over the blocks, by the key of the cell."""
    numbers = main[MEDIANS].apply(pd.to_numeric, errors="coerce")
    return {
        str(key): {str(name): float(value) if pd.notna(value) else None for name, value in medians.items()}
        for key, medians in numbers.groupby(main["key"]).median().iterrows()
    }


def _noise(table: pd.DataFrame) -> list[Noise]:
    found = []
    twin = ["workload", "runner", "concurrency", "n"]
    for (workload, runner, concurrency, n), twins in table[table["study"] == A_A].groupby(twin):
        same = (table["workload"] == workload) & (table["runner"] == runner) & (table["study"] != A_A)
        originals = table[same & (table["concurrency"] == concurrency) & (table["n"] == n)]
        of_comparison = originals[originals["study"] == MAIN]
        originals = of_comparison if len(of_comparison) else originals
        first = originals.groupby("block")["seconds_per_task"].first()
        pair = first / twins.set_index("block")["seconds_per_task"]
        ratios: Sequence[float] = list(pair.dropna())
        if ratios:
            found.append(Noise(str(workload), str(runner), estimate_ratio(ratios)))
    return found


def figures_by_block(rows: pd.DataFrame, column: str) -> pd.Series[float]:
    """A column of a cell's rows as numbers, by block."""
    return pd.to_numeric(rows.set_index("block")[column], errors="coerce")


def _first(rows: pd.DataFrame, column: str) -> Any:
    known = rows[column].dropna()
    return known.iloc[0] if len(known) else None
