"""A run over several builds of Python that nobody made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bench.core.observation import Observation
from bench.core.run import Interpreter, Plan, Run
from tests.made_up import plan_of, run_of

GIL = Interpreter("3.14.2", "/opt/3.14/bin/python", "3.14.2", "CPython", True, False, jit=False, build="GCC")
FREE = Interpreter("3.14.2t", "/opt/3.14t/bin/python", "3.14.2", "CPython", False, True)
FREE_WITH_GIL = Interpreter(
    "3.14.2t (GIL on)",
    "/opt/3.14t/bin/python",
    "3.14.2",
    "CPython",
    True,
    True,
    environment={"PYTHON_GIL": "1"},
)
THEN = replace(GIL, name="3.14.2 at v1", revision="v1 (1a2b3c4d5)", compared_with=GIL.name)
NOW = replace(GIL, revision="working tree (9f8e7d6c5)")
OLD = Interpreter("3.11.9", "/usr/bin/python3", "3.11.9", "CPython", True, False)

Speedups = Mapping[tuple[str, str], float]
USUAL: Speedups = {
    ("sleep", "threading"): 15.5,
    ("sleep", "asyncio"): 15.8,
    ("cpu-python", "threading"): 1.0,
    ("cpu-python", "multiprocessing"): 1.9,
    ("cpu-python", "asyncio"): 1.0,
}
PARALLEL: Speedups = {**USUAL, ("cpu-python", "threading"): 1.95}


def builds_run(*builds: tuple[Interpreter, Speedups, float], blocks: int = 8, **changes: object) -> Run:
    """A run on those builds, each with its speed-ups and with how long its plain loop takes, by the first."""
    wanted = builds or ((GIL, USUAL, 1.0), (FREE, PARALLEL, 1.25), (FREE_WITH_GIL, USUAL, 1.2))
    cells, seen = [], []
    for python, speedups, slower in wanted:
        alone = run_of(
            speedups, blocks=blocks, gil=python.gil, baseline_s=0.02 * slower, wobble=(1.0, 1.01, 0.99)
        )
        for cell in alone.plan.cells:
            mine = replace(cell, python=python.name)
            cells.append(mine)
            seen += [replace(o, key=mine.key) for o in alone.observations if o.key == cell.key]
    plan = plan_of(cells, blocks=blocks, interpreters=[python for python, _, _ in wanted], **changes)
    return Run(plan, sorted(seen, key=lambda observation: observation.block), [])


def with_calibration(run: Run, cores: float = 2.0) -> Run:
    """The same with the effective cores of each block, measured on the first interpreter."""
    from bench.environment.machine import calibration_cell

    cell = calibration_cell(run.plan.interpreters[0].name, 2)
    plan: Plan = replace(run.plan, cells=[*run.plan.cells, cell])
    blocks = range(plan.blocks)
    more = [Observation(block, cell.key, 1e9, effective_cores=cores, timer_error_s=1e-4) for block in blocks]
    return replace(run, plan=plan, observations=[*run.observations, *more])
