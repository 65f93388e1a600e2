"""A run over several interpreters: a summary of each, and figures of one build by those of another."""

import math
from dataclasses import replace

import pandas as pd

from bench.analysis.frame import frame
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary, summarize
from bench.analysis.verdicts import ratio_of
from bench.core.cell import CALIBRATION
from bench.core.run import Run


def by_build(run: Run, table: pd.DataFrame | None = None) -> list[Summary]:
    """The summary of each interpreter's part of a run, in the order in which they were named. ``table``: the
    run's frame, if it is known already."""
    whole = frame(run) if table is None else table
    names = [python.name for python in run.plan.interpreters]
    if len(names) < 2:
        return [summarize(run, whole)]
    parts = [of_build(run, name) for name in names]
    if whole.empty:
        return [summarize(part, whole) for part in parts]
    builds = [summarize(part, whole[whole["key"].isin(part.plan.cell)]) for part in parts]
    return [replace(one, beside=[other for other in builds if other is not one]) for one in builds]


def of_build(run: Run, name: str) -> Run:
    """The part of a run that one interpreter had; the calibration cell, which measures the machine, is in
    every part."""
    plan = run.plan
    cells = [cell for cell in plan.cells if cell.python == name or cell.study == CALIBRATION]
    keys = {cell.key for cell in cells}
    used = {cell.workload for cell in cells}
    runners = {cell.runner for cell in cells}
    return replace(
        run,
        plan=replace(
            plan,
            interpreters=[python for python in plan.interpreters if python.name == name],
            cells=cells,
            workloads=[workload for workload in plan.workloads if workload.label in used],
            runners=[runner for runner in plan.runners if runner.name in runners],
            expected_s={key: seconds for key, seconds in plan.expected_s.items() if key in keys},
            missing=[missing for missing in plan.missing if missing.python in ("", name)],
        ),
        observations=[seen for seen in run.observations if seen.key in keys],
        failures=[failure for failure in run.failures if failure.key in keys],
        demos=[outcome for outcome in run.demos if outcome.python in ("", name)],
    )


def speed(one: Summary, other: Summary, workload: str, runner: str) -> Estimate | None:
    """How fast a cell of the comparison is in one build, by the same in another: above 1x, the one is faster.
    Paired block by block."""
    return ratio_of(_faster(one, other, workload, runner).values())


def plain_loop(one: Summary, other: Summary, kind: str) -> dict[int, float]:
    """The same of the plain loops of a kind of work: by block, the geometric mean over its workloads."""
    logs: dict[int, list[float]] = {}
    for row in one.rows:
        if row.is_baseline and row.info.kind == kind:
            for block, ratio in _faster(one, other, row.cell.workload, "sync").items():
                logs.setdefault(block, []).append(math.log(ratio))
    most = max(map(len, logs.values()), default=0)
    return {block: math.exp(sum(logs[block]) / most) for block in sorted(logs) if len(logs[block]) == most}


def _faster(one: Summary, other: Summary, workload: str, runner: str) -> dict[int, float]:
    """Seconds per task in the other by those in the one, by block."""
    seconds = [each.by_block(workload, runner, "seconds_per_task") for each in (other, one)]
    return {int(str(block)): float(ratio) for block, ratio in (seconds[0] / seconds[1]).dropna().items()}
