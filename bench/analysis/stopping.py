"""Which cells need no more blocks: those of families whose intervals are narrow, and whose verdicts stand.

Looking more often at what decides is more chances to err. So a look before the last block decides at a
level of its own, a tenth of the error that a verdict may have, and the verdict at the end is the usual one:
with two looks they err together by at most a fifth more often than that one (simulated in the tests: within
the level, as tests by ranks do not use all of it). In a thorough run precision alone is looked at, and
significance never.
"""

from bench.analysis.advice_stopping import advice_settled
from bench.analysis.builds import by_build
from bench.analysis.statistics import LEVEL
from bench.analysis.summary import Row, Summary
from bench.analysis.verdicts import Verdict, decide
from bench.core.cell import A_A, MAIN
from bench.core.grouping import grouped
from bench.core.run import Run

EARLY_ERROR = 0.1  # of the error of a verdict
NARROW = 0.03  # half of an interval, as a share of its middle
NARROW_THOROUGH = 0.05
OPEN = (Verdict.UNRESOLVED, Verdict.INDICATIVE)


def settled(run: Run) -> set[str]:
    """Keys of the cells that need no more blocks: those of whole families, so that what is compared stays
    paired; all of a thorough run, once every family is precise."""
    if run.plan.studies == ["advice"]:
        return advice_settled(run)
    thorough = run.plan.mode == "thorough"
    found: set[str] = set()
    open_families = 0
    for build in by_build(run):
        # Tasks with no work in them are not waited for: theirs is a cost, not a comparison.
        rows = [row for row in build.rows if row.info.kind != "none"]
        for family, members in grouped(rows, lambda row: row.info.family).items():
            compared = [row for row in members if row.speedup is not None]
            narrow = all(is_narrow(row, NARROW_THOROUGH if thorough else NARROW) for row in compared)
            if narrow and (thorough or (compared and decided_early(build, compared))):
                found |= keys_of(build, family)
            else:
                open_families += 1
    return set(run.plan.cell) if thorough and not open_families else found


def is_narrow(row: Row, widest: float) -> bool:
    """Whether the interval of its speed-up has 95 % and is narrow enough."""
    speedup = row.speedup
    return speedup is not None and speedup.sure and speedup.high - speedup.low <= 2 * widest * speedup.median


def decided_early(build: Summary, rows: list[Row]) -> bool:
    """Whether every verdict stands at the level of an early look."""
    ratios = {
        row.cell.key: list(build.by_block(row.cell.workload, row.cell.runner, "speedup").dropna())
        for row in rows
    }
    level = 1 - EARLY_ERROR * (1 - LEVEL)
    return not set(OPEN) & set(decide(ratios, build.run.plan.threshold, level=level).values())


def keys_of(build: Summary, family: str) -> set[str]:
    """The family's cells in the comparison, with those that are measured twice."""
    labels = {info.label for info in build.run.plan.workloads if info.family == family}
    cells = (cell for cell in build.run.plan.cells if cell.study in (MAIN, A_A))
    return {cell.key for cell in cells if cell.workload in labels}
