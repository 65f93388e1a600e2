"""What came of comparing something before ("A") with the same after ("B"), cell by cell.

A ratio is that of seconds per task, B by A: 1.10x takes 10 % longer.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.compare_match import named
from bench.analysis.statistics import Estimate, Verdict, place
from bench.core.records import Cell

# Of times, where ``place`` has ratios of speeds.
TURNED = {Verdict.FASTER: Verdict.SLOWER, Verdict.SLOWER: Verdict.FASTER}
ORDER = tuple(Verdict)


@dataclass(frozen=True)
class Compared:
    """A cell that both have. ``before`` and ``after`` are medians as measured, in seconds per task."""

    python: str  # the build, where there are several; else ""
    cell: Cell
    before: float
    after: float
    ratio: Estimate  # at the level of the comparison
    verdict: Verdict

    @property
    def runner(self) -> str:
        """The model with its options."""
        return named(self.cell.runner, self.cell.options)

    @property
    def name(self) -> str:
        """All of it: "sleep under asyncio", and on which build."""
        return f"{self.cell.workload} under {self.runner}" + (f" on {self.python}" if self.python else "")


@dataclass(frozen=True)
class Comparison:
    """All cells. Of pairs, the first is of A and the second of B."""

    cells: Sequence[Compared]  # what changed first
    only: tuple[list[str], list[str]]  # what one alone has
    needed: int  # blocks for that level
    level: float  # of each comparison
    threshold: float

    def having(self, verdict: Verdict) -> list[Compared]:
        """The cells of that verdict."""
        return [cell for cell in self.cells if cell.verdict == verdict]

    def slower_than(self, share: float) -> list[Compared]:
        """The cells whose whole interval lies beyond that: 0.05 is 5 % longer."""
        sure = [cell for cell in self.cells if cell.verdict is not Verdict.INDICATIVE]
        return [cell for cell in sure if cell.ratio.low > 1 + share]


def verdict(ratio: Estimate, level: float, threshold: float) -> Verdict:
    """ "slower" or "faster" where the interval clears 1 by the threshold, "equivalent" where it lies within,
    else "unresolved"; "indicative" where so few blocks cannot give the level."""
    if ratio.level < level:
        return Verdict.INDICATIVE
    found = place(ratio, threshold)
    return TURNED.get(found, found)


def what_changed(compared: Compared) -> tuple[int, float]:
    """The place of a cell among others: what changed first, and most first."""
    return ORDER.index(compared.verdict), -abs(math.log(compared.ratio.median))
