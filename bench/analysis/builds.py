"""A run over several interpreters: build by build, and the builds beside each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from bench.analysis.statistics import Estimate, estimate
from bench.analysis.summary import Summary, summarize
from bench.core.records import CALIBRATION, MAIN, Interpreter, Run


@dataclass(frozen=True)
class Builds:
    """A run, and a summary of it for each of its interpreters, in the order in which they were named."""

    run: Run
    summaries: Sequence[Summary]

    @property
    def several(self) -> bool:
        return len(self.summaries) > 1

    def beside(self, summary: Summary) -> list[Summary]:
        """The other builds."""
        return [other for other in self.summaries if other is not summary]

    @property
    def names(self) -> list[str]:
        return [build_of(summary).name for summary in self.summaries]


def by_build(run: Run) -> Builds:
    """The run, summed up for each interpreter by itself."""
    names = [python.name for python in run.plan.interpreters]
    if len(names) < 2:
        return Builds(run, [summarize(run)])
    return Builds(run, [summarize(of_build(run, name)) for name in names])


def build_of(summary: Summary) -> Interpreter:
    """The interpreter of a summary by build."""
    return summary.run.plan.interpreters[0]


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
    pair = _seconds(other, workload, runner), _seconds(one, workload, runner)
    ratios = [pair[0][block] / pair[1][block] for block in pair[1] if block in pair[0]]
    return estimate(ratios) if ratios else None


def plain_loop(one: Summary, other: Summary, kind: str) -> dict[int, float]:
    """The same of the plain loops of a kind of work: by block, the geometric mean over its workloads."""
    labels = [row.cell.workload for row in one.rows if row.is_baseline and row.info.kind == kind]
    logs: dict[int, list[float]] = {}
    for label in labels:
        mine, theirs = _seconds(one, label, "sync"), _seconds(other, label, "sync")
        for block in mine.keys() & theirs.keys():
            logs.setdefault(block, []).append(math.log(theirs[block] / mine[block]))
    most = max(map(len, logs.values()), default=0)
    return {block: math.exp(sum(logs[block]) / most) for block in sorted(logs) if len(logs[block]) == most}


def _seconds(summary: Summary, workload: str, runner: str) -> Mapping[int, float]:
    """Seconds per task by block."""
    table = summary.table
    if table.empty:
        return {}
    rows = table[(table["study"] == MAIN) & (table["workload"] == workload) & (table["runner"] == runner)]
    known = pd.to_numeric(rows.set_index("block")["seconds_per_task"], errors="coerce").dropna()
    return {int(str(block)): float(value) for block, value in known.items()}
