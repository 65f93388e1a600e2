"""Something before ("A") and the same after ("B"), cell by cell: did something get slower?

A ratio is that of speeds, B by A: above 1x, B is faster. One pipeline for two saved runs
(``compare_runs``) and for what one run measured side by side (``compare_pairs``), which differ in how they
estimate a ratio: match the cells, estimate each ratio at the level corrected for all of them (Bonferroni),
decide.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Generic, TypeVar

from bench.analysis.statistics import LEVEL, Estimate
from bench.analysis.verdicts import Verdict, place
from bench.core.cell import Cell, Scalar

CHANGED = (Verdict.SLOWER, Verdict.FASTER)

Times = Mapping[int, float]  # seconds per task, by block
Estimated = tuple[Times, Times, Estimate]  # before, after, and the ratio of their speeds
Named = frozenset[tuple[str, Scalar]]


@dataclass(frozen=True)
class Identity:
    """What makes two cells of a build the same; the number of tasks may differ."""

    workload: str
    params: Named
    runner: str
    options: Named
    concurrency: int
    study: str

    @classmethod
    def of(cls, cell: Cell) -> Identity:
        params, options = frozenset(cell.spec.params.items()), frozenset(cell.options.items())
        return cls(cell.workload, params, cell.runner, options, cell.concurrency, cell.study)


@dataclass(frozen=True)
class Side:
    """What one build has on one side."""

    build: str  # its name, where there are several; else ""
    cells: Mapping[Identity, Cell]  # those that were measured
    planned: Collection[Identity] = ()


@dataclass(frozen=True)
class NamedCell:
    """A cell, and on which build it ran where there are several."""

    python: str
    cell: Cell

    @property
    def runner(self) -> str:
        """The model with its options: "multiprocessing", "multiprocessing (chunk=64)"."""
        told = ", ".join(f"{option}={value}" for option, value in sorted(self.cell.options.items()))
        return f"{self.cell.runner} ({told})" if told else self.cell.runner

    @property
    def name(self) -> str:
        """All of it: "sleep under asyncio", and on which build."""
        return f"{self.cell.workload} under {self.runner}" + (f" on {self.python}" if self.python else "")


@dataclass(frozen=True)
class LoneCell(NamedCell):
    """A cell that one side alone has."""

    failed: bool  # in the other, which wanted it


@dataclass(frozen=True)
class ComparedCell(NamedCell):
    """A cell that both have. ``before`` and ``after`` are medians as measured, in seconds per task."""

    before: float
    after: float
    ratio: Estimate  # of speeds, B by A, at the level of the comparison; of saved runs, corrected
    verdict: Verdict


How = TypeVar("How")


@dataclass(frozen=True)
class Comparison(Generic[How]):
    """All cells. Of pairs, the first is of A and the second of B."""

    cells: Sequence[ComparedCell]  # what changed first
    only: tuple[Sequence[LoneCell], Sequence[LoneCell]]
    needed: int  # blocks for that level
    level: float  # of each comparison
    threshold: float
    how: How  # what was compared, and what is known of it

    def having(self, *verdicts: Verdict) -> list[ComparedCell]:
        """The cells of those verdicts."""
        return [cell for cell in self.cells if cell.verdict in verdicts]

    def slower_than(self, share: float) -> list[ComparedCell]:
        """The cells whose whole interval lies beyond that: 0.05 takes 5 % longer."""
        sure = [cell for cell in self.cells if cell.verdict is not Verdict.INDICATIVE]
        return [cell for cell in sure if cell.ratio.high < 1 / (1 + share)]


def compare(
    sides: Sequence[tuple[Side, Side]],
    estimate: Callable[[Cell, Cell, float], Estimated | None],
    needed: Callable[[float], int],
    threshold: float,
    how: How,
) -> Comparison[How]:
    """Compare what both sides of each pair have; that may be nothing. ``estimate`` is given two cells and a
    level, ``needed`` gives the blocks that a level takes."""
    both = [(a.cells[i], b.cells[i], b.build) for a, b in sides for i in a.cells if i in b.cells]
    level = 1 - (1 - LEVEL) / max(len(both), 1)
    found = []
    for one, other, build in both:
        if made := estimate(one, other, level):
            before, after, ratio = made
            decided = verdict(ratio, level, threshold)
            found.append(
                ComparedCell(build, other, median(before.values()), median(after.values()), ratio, decided)
            )
    return Comparison(
        cells=sorted(found, key=what_changed),
        only=([cell for a, b in sides for cell in alone(a, b)], [c for a, b in sides for c in alone(b, a)]),
        needed=needed(level),
        level=level,
        threshold=threshold,
        how=how,
    )


def alone(side: Side, other: Side) -> list[LoneCell]:
    """The cells that the other side does not have."""
    lone = [(identity, cell) for identity, cell in side.cells.items() if identity not in other.cells]
    return [LoneCell(side.build, cell, identity in other.planned) for identity, cell in lone]


def verdict(ratio: Estimate, level: float, threshold: float) -> Verdict:
    """Slower or faster where the interval clears 1 by the threshold, equivalent where it lies within, else
    unresolved; indicative where so few blocks cannot give the level."""
    if ratio.level < level:
        return Verdict.INDICATIVE
    return place(ratio, threshold)


def what_changed(compared: ComparedCell) -> tuple[int, float]:
    """The place of a cell among others: what changed first, and most first."""
    return list(Verdict).index(compared.verdict), -abs(math.log(compared.ratio.median))
