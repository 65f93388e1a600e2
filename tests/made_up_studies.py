"""A run with every study's cells in it that nobody measured."""

from __future__ import annotations

from dataclasses import replace

from bench.core.cell import Cell
from bench.core.observation import Observation
from bench.core.run import Run, WorkloadInfo
from bench.core.runner import RUNNERS
from bench.environment.machine import calibration_cell
from bench.planning.descriptions import describe_variant
from bench.planning.study import STUDIES, StudyScope
from tests.made_up import observation_of, plan_of

CORE = tuple(runner for runner in RUNNERS.all if runner.core)
ASKED = StudyScope(runners=CORE, cores=2, gil=True, quick=False)


def studies_run(blocks: int = 2) -> Run:
    """All the studies' cells, in so many blocks."""
    cells = [calibration_cell("3.11", 2)]
    infos: dict[str, WorkloadInfo] = {}
    for study in STUDIES.all:
        for request in study.cells(ASKED):
            label = request.label
            infos[label] = describe_variant(request.workload)
            made = Cell(
                "3.11",
                label,
                request.workload.spec(),
                request.runner.name,
                request.concurrency,
                request.n or 160,
            )
            cells.append(
                replace(made, options=request.options, study=study.name, procedure=request.procedure)
            )
    plan = plan_of(
        cells, blocks=blocks, workloads=list(infos.values()), studies=[s.name for s in STUDIES.all]
    )
    seen = [_observation(cell, block) for block in range(blocks) for cell in cells]
    return Run(plan, seen, [])


def _observation(cell: Cell, block: int) -> Observation:
    if cell.procedure == "calibration":
        return Observation(block, cell.key, 1e9, effective_cores=1.95, timer_error_s=1e-4, spin_rate=3e6)
    if cell.procedure == "ladder":
        cost = 10.0 ** -(len(str(cell.options["rung"])) % 6 + 1)
        return Observation(block, cell.key, 1e9, figures={"seconds": cost, "memory": 1e9 * cost})
    seconds = 0.02 / min(cell.concurrency, 50)
    figures = {"late_s": 1e-3, "rate": float(cell.options.get("rate", 1 / seconds))}
    if "load" in cell.options:
        figures["capacity"] = 1 / seconds
    seen = observation_of(cell, block, seconds * (1 + block / 100))
    return replace(seen, figures=figures if cell.procedure == "open_loop" else {})
