"""Builds, environments or revisions that one run measured side by side, compared: the ratio within blocks.

Their cells ran one right after the other, in random order, in every block: a ratio is that of one block,
and its interval that of paired values (see ``rank_intervals``). Nothing is corrected for the machine, which
had as much time to change for one as for the other.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.comparison import Comparison, Estimated, Identity, NamedCell, Side, Times, compare
from bench.analysis.rank_intervals import blocks_for_pairs, paired_shift
from bench.analysis.statistics import exponential
from bench.core.cell import A_A, Cell
from bench.core.run import Interpreter, Run

Pair = tuple[Interpreter, Interpreter]


@dataclass(frozen=True)
class SideBySide:
    """What one run compared."""

    run: Run
    pairs: Sequence[Pair]
    changed_results: Sequence[NamedCell]  # the cells whose tasks return something else on either side
    unknown_results: Sequence[NamedCell]  # of two revisions, those of which that cannot be told


def has_revisions(run: Run) -> bool:
    """Whether it measured two revisions of the user's code."""
    return any(python.compared_with for python in run.plan.interpreters)


def pairs_of(run: Run) -> list[Pair]:
    """What is compared: a revision with the working tree; else the first build with each other."""
    pythons = run.plan.interpreters
    by_name = {python.name: python for python in pythons}
    revisions = [(p, by_name[p.compared_with]) for p in pythons if p.compared_with in by_name]
    return revisions or [(pythons[0], other) for other in pythons[1:]]


def compare_pairs(run: Run, threshold: float) -> Comparison[SideBySide]:
    """Compare what both of each pair have; that may be nothing."""
    pairs, seconds = pairs_of(run), _seconds(run)
    sides = [
        (_side(run, a, seconds), _side(run, b, seconds, b.name if len(pairs) > 1 else "")) for a, b in pairs
    ]

    def estimate(one: Cell, other: Cell, level: float) -> Estimated | None:
        blocks = sorted(seconds[one.key].keys() & seconds[other.key].keys())
        if not blocks:
            return None
        before, after = ({block: seconds[key][block] for block in blocks} for key in (one.key, other.key))
        apart = paired_shift([math.log(before[block] / after[block]) for block in blocks], level)
        return before, after, exponential(apart)

    how = SideBySide(run, pairs, *_results(run, pairs, sides))
    return compare(sides, estimate, blocks_for_pairs, threshold, how)


def _results(
    run: Run, pairs: Sequence[Pair], sides: Sequence[tuple[Side, Side]]
) -> tuple[list[NamedCell], list[NamedCell]]:
    """The cells whose results differ, and, of revisions, those whose results cannot be compared: they are not
    the same in every block, or are of batches of other lengths."""
    digests: dict[str, set[str]] = {}
    for seen in run.observations:
        digests.setdefault(seen.key, set()).add(seen.digest)
    changed, unknown = [], []
    for (before, after), (a, b) in zip(pairs, sides, strict=True):
        for one, other in ((cell, b.cells[i]) for i, cell in a.cells.items() if i in b.cells):
            if one.n == other.n and len(digests[one.key]) == len(digests[other.key]) == 1:
                if digests[one.key] != digests[other.key]:
                    changed.append(NamedCell(b.build, other))
            elif after.name == before.compared_with:
                unknown.append(NamedCell(b.build, other))
    return changed, unknown


def _seconds(run: Run) -> dict[str, Times]:
    """Seconds per task of every cell that was measured, by key and block."""
    found: dict[str, dict[int, float]] = {}
    for seen in run.observations:
        if 0 < seen.seconds_per_task < math.inf:
            found.setdefault(seen.key, {})[seen.block] = seen.seconds_per_task
    return dict(found)


def _side(run: Run, python: Interpreter, seconds: dict[str, Times], build: str = "") -> Side:
    """What is compared of a build: all but what measures the machine and itself."""
    cells = {
        Identity.of(cell): cell
        for cell in run.plan.cells
        if cell.python == python.name and cell.procedure == "batch" and cell.study != A_A
    }
    return Side(build, {i: cell for i, cell in cells.items() if cell.key in seconds}, cells.keys())
