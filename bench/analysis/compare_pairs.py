"""Two builds, environments or revisions that one run measured side by side: did something get slower?

Their cells ran one right after the other, in random order, in every block: a ratio is that of one block, and
its interval that of paired values (see ``paired_interval``), at the level corrected for the cells compared
(Bonferroni). Nothing is corrected for the machine, which had as much time to change for one as for the other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import pandas as pd

from bench.analysis.compare_match import Identity, identity_of, named
from bench.analysis.compared import Compared, Comparison, verdict, what_changed
from bench.analysis.frame import frame
from bench.analysis.paired_interval import blocks_for, paired_shift
from bench.analysis.statistics import LEVEL, Estimate
from bench.core.records import A_A, Cell, Interpreter, Run

Pair = tuple[Interpreter, Interpreter]
Times = dict[int, float]  # seconds per task, by block


@dataclass(frozen=True)
class PairsCompared(Comparison):
    """One run's pairs, compared."""

    run: Run
    pairs: Sequence[Pair]
    changed_results: Sequence[str]  # the cells whose tasks return something else on either side
    unknown_results: Sequence[str]  # of two revisions, those of which that cannot be told
    blocks: int  # in which both of a cell were measured, the fewest


def has_revisions(run: Run) -> bool:
    """Whether it measured two revisions of the user's code."""
    return any(python.compared_with for python in run.plan.interpreters)


def pairs_of(run: Run) -> list[Pair]:
    """What is compared: a revision with the code as it lies there; else the first build with each other."""
    pythons = run.plan.interpreters
    by_name = {python.name: python for python in pythons}
    revisions = [(p, by_name[p.compared_with]) for p in pythons if p.compared_with in by_name]
    return revisions or [(pythons[0], other) for other in pythons[1:]]


def compare_pairs(run: Run, threshold: float) -> PairsCompared:
    """Compare what both of each pair have; that may be nothing."""
    pairs = pairs_of(run)
    times = _times(run)
    cells = {python.name: _cells(run, python, times) for python in run.plan.interpreters}
    both = [(a, b, identity) for a, b in pairs for identity in cells[a.name] if identity in cells[b.name]]
    level = 1 - (1 - LEVEL) / max(len(both), 1)
    several = len(pairs) > 1
    found, changed, unknown = [], [], []
    digests = _digests(run)
    for a, b, identity in both:
        one, other = cells[a.name][identity], cells[b.name][identity]
        if one.n == other.n and len(digests[one.key]) == len(digests[other.key]) == 1:
            changed += [_named(other)] if digests[one.key] != digests[other.key] else []
        elif b.name == a.compared_with:
            unknown.append(_named(other))
        pair = _paired(times[one.key], times[other.key])
        if pair[0]:
            found.append(_compared(other, *pair, level, threshold, b.name if several else ""))
    return PairsCompared(
        cells=sorted(found, key=what_changed),
        only=(
            [_named(cells[a.name][i]) for a, b in pairs for i in cells[a.name] if i not in cells[b.name]],
            [_named(cells[b.name][i]) for a, b in pairs for i in cells[b.name] if i not in cells[a.name]],
        ),
        needed=blocks_for(level),
        level=level,
        threshold=threshold,
        run=run,
        pairs=pairs,
        changed_results=changed,
        unknown_results=unknown,
        blocks=min((each.ratio.n for each in found), default=0),
    )


def _compared(
    cell: Cell,
    before: Sequence[float],
    after: Sequence[float],
    level: float,
    threshold: float,
    python: str,
) -> Compared:
    apart = paired_shift([math.log(b / a) for a, b in zip(before, after, strict=True)], level)
    middle, low, high = map(math.exp, (apart.median, apart.low, apart.high))
    ratio = Estimate(middle, low, high, apart.level, apart.n)
    return Compared(python, cell, median(before), median(after), ratio, verdict(ratio, level, threshold))


def _times(run: Run) -> dict[str, Times]:
    """Of every cell that was measured, by key."""
    table = frame(run)
    found: dict[str, Times] = {}
    if table.empty:
        return found
    known = table.assign(seconds=pd.to_numeric(table["seconds_per_task"], errors="coerce"))
    for row in known[known["seconds"] > 0].itertuples():
        found.setdefault(str(row.key), {})[int(str(row.block))] = float(str(row.seconds))
    return found


def _digests(run: Run) -> dict[str, set[str]]:
    """Of the results of every cell, by key: one where they are the same in every block."""
    found: dict[str, set[str]] = {}
    for seen in run.observations:
        found.setdefault(seen.key, set()).add(seen.digest)
    return found


def _cells(run: Run, python: Interpreter, times: dict[str, Times]) -> dict[Identity, Cell]:
    """What was measured of a build, but for what measures the machine and itself."""
    return {
        identity_of(cell): cell
        for cell in run.plan.cells
        if cell.python == python.name
        and cell.procedure == "batch"
        and cell.study != A_A
        and cell.key in times
    }


def _paired(before: Times, after: Times) -> tuple[list[float], list[float]]:
    """The blocks that both have."""
    blocks = sorted(before.keys() & after.keys())
    return [before[block] for block in blocks], [after[block] for block in blocks]


def _named(cell: Cell) -> str:
    return f"{cell.workload} under {named(cell.runner, cell.options)}"
