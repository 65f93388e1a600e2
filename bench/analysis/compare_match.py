"""Which cells of two runs are the same: workload with its parameters, model with its options, tasks in flight
and build. The number of tasks may differ."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from bench.analysis.builds import by_build
from bench.analysis.summary import Summary
from bench.core.records import MAIN, Cell, Run, Scalar, WorkloadInfo

NO_FLOOR = 0.03  # of a run without a cell measured twice

Named = frozenset[tuple[str, Scalar]]


@dataclass(frozen=True)
class Identity:
    """What makes two cells of a build the same."""

    workload: str
    params: Named
    runner: str
    options: Named
    concurrency: int
    study: str


@dataclass(frozen=True)
class Part:
    """What one build has in one run."""

    summary: Summary
    cells: Mapping[Identity, Cell]  # those that were measured
    floors: Mapping[str, float]  # by bound, and the largest under ""; on the log scale

    @property
    def name(self) -> str:
        return self.summary.python.name

    def info(self, cell: Cell) -> WorkloadInfo:
        """The workload of a cell."""
        return next(info for info in self.summary.run.plan.workloads if info.label == cell.workload)

    def floor(self, bound: str) -> float:
        """The noise floor of that kind of work, or the largest where the run has none of it."""
        return self.floors.get(bound, self.floors[""])


def parts_of(before: Run, after: Run) -> list[tuple[Part, Part]]:
    """The builds that are compared: those of one name, but one against one whatever they are called."""
    a, b = by_build(before), by_build(after)
    if len(a) == len(b) == 1:
        return [(_part(a[0]), _part(b[0]))]
    others = {summary.python.name: summary for summary in b}
    return [(_part(one), _part(others[name])) for one in a if (name := one.python.name) in others]


def alone(part: Part, other: Part, python: str) -> list[str]:
    """The cells that the other does not have, in words, and whether they failed there. ``python``: the build,
    where it must be told."""
    planned = {identity_of(cell) for cell in other.summary.run.plan.cells if cell.study == MAIN}
    build = f" on {python}" if python else ""
    found = []
    for identity, cell in part.cells.items():
        if identity not in other.cells:
            failed = " (failed in the other)" if identity in planned else ""
            found.append(f"{cell.workload} under {named(cell.runner, cell.options)}{build}{failed}")
    return found


def named(name: str, options: Mapping[str, Scalar]) -> str:
    """ "multiprocessing", "multiprocessing (chunk=64)"."""
    told = ", ".join(f"{option}={value}" for option, value in sorted(options.items()))
    return f"{name} ({told})" if told else name


def _part(summary: Summary) -> Part:
    cells: dict[Identity, Cell] = {}
    for row in summary.rows:
        if row.seconds_per_task.median > 0:  # 0: a file that somebody edited
            cells.setdefault(identity_of(row.cell), row.cell)
    return Part(summary, cells, _floors(summary))


def identity_of(cell: Cell) -> Identity:
    """What must be the same."""
    params, options = frozenset(cell.spec.params.items()), frozenset(cell.options.items())
    return Identity(cell.workload, params, cell.runner, options, cell.concurrency, cell.study)


def _floors(summary: Summary) -> dict[str, float]:
    """By how much the medians of cells measured twice miss 1: the farthest of each bound, and of all."""
    bounds = {(row.cell.workload, row.cell.runner): row.info.bound for row in summary.rows}
    missed = [
        (bounds.get((each.workload, each.runner), ""), abs(math.log(each.ratio.median)))
        for each in summary.noise
    ]
    floors = {"": max((size for _, size in missed), default=NO_FLOOR)}
    for bound, size in missed:
        floors[bound] = max(size, floors.get(bound, 0.0))
    return floors
