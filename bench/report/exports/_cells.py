"""Shared by the formats: the cells of the comparison as benchmarks with values, unique names, JSON."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.core.cell import MAIN, Cell
from bench.core.errors import UserError
from bench.core.grouping import grouped
from bench.core.observation import Observation
from bench.core.run import Interpreter, Run, WorkloadInfo
from bench.core.sanitize import one_line

LEAST_S = 1e-15  # no task is as short, and what divides by it stays finite


@dataclass(frozen=True)
class Measured:
    """A cell, and what it gave block by block: one fresh process each. There is at least one."""

    name: str  # no other cell has it
    cell: Cell
    info: WorkloadInfo
    python: Interpreter
    seen: Sequence[Observation]

    @property
    def seconds(self) -> list[float]:
        """Seconds per task, by block; all above 0."""
        return [each.seconds_per_task for each in self.seen]


def comparison(run: Run, wanted_by: str) -> list[Measured]:
    """The cells of the main comparison that were measured, in the order of the plan. Raises UserError where
    there is none for the tool that wants them."""
    infos = {info.label: info for info in run.plan.workloads}
    pythons = {python.name: python for python in run.plan.interpreters}
    timed = [each for each in run.observations if each.seconds_per_task > LEAST_S]
    seen = grouped(sorted(timed, key=lambda each: each.block), lambda each: each.key)
    cells = [
        cell
        for cell in run.plan.cells
        if cell.study == MAIN and cell.key in seen and cell.workload in infos and cell.python in pythons
    ]
    if not cells:
        raise nothing_for(wanted_by, instead=", or measure one with `python -m bench run -w sleep`")
    names = unique(name_of(cell, run) for cell in cells)
    return [
        Measured(name, cell, infos[cell.workload], pythons[cell.python], seen[cell.key])
        for name, cell in zip(names, cells, strict=True)
    ]


def nothing_for(
    what: str, why: str = "no cell of the comparison was measured", instead: str = ""
) -> UserError:
    """The error of a format for which a run has nothing."""
    return UserError(
        f"This run has nothing to export as {what}: {why}. Use --format csv for what it has{instead}."
    )


def name_of(cell: Cell, run: Run) -> str:
    """ "http[aiohttp], asyncio"; with the interpreter where the run has several, so that the same cells of
    two runs have the same name; and what sets a study's cell apart."""
    parts = [one_line(cell.workload), one_line(cell.runner)]
    if len(run.plan.interpreters) > 1:
        parts.append(one_line(cell.python))
    if cell.study != MAIN:
        parts += [one_line(cell.study), f"{cell.concurrency} in flight"]
        parts += [one_line(f"{name} {value}") for name, value in cell.options.items()]
    return ", ".join(parts)


def moment(seconds: float) -> datetime | None:
    """A time since the epoch in UTC; None for a time that is not of a measurement."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def unique(names: Iterable[str]) -> list[str]:
    """The names; those that are taken already get a number."""
    taken: set[str] = set()
    found = []
    for name in names:
        number, free = 1, name
        while free in taken:
            number += 1
            free = f"{name} #{number}"
        taken.add(free)
        found.append(free)
    return found


def to_json(value: Any) -> str:
    """JSON in ASCII on one line. Raises ValueError for NaN and infinities, which JSON does not have."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False) + "\n"
