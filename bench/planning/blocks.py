"""Cells of a plan's blocks, in the order in which they are measured."""

import math
import random
from collections.abc import Mapping
from dataclasses import replace

from bench.core.cell import Cell
from bench.core.grouping import grouped
from bench.core.run import Plan
from bench.core.user_function import Own
from bench.planning.study import settle_early
from bench.worker.warm import MOST_WARM_UPS

LOOKS = (10, 16)  # blocks after which a default run looks whether what computes is decided
FURTHER_BLOCKS_S = 216.0  # on each interpreter; with all else, a default run takes four minutes


def goes_on_while_open(plan: Plan) -> bool:
    """Whether what computes has more blocks than all else, as long as it is undecided."""
    return plan.mode == "default" and bool(plan.settled) and not settle_early(plan)


def last_block_s(plan: Plan) -> float:
    """Seconds after which none of those further blocks begins; infinite where there are none."""
    return FURTHER_BLOCKS_S * len(plan.interpreters) if goes_on_while_open(plan) else math.inf


def in_block(plan: Plan, block: int) -> list[Cell]:
    """Cells of a block; those of studies only in the first blocks where the plan says so, some cells in every
    so many blocks only, and those that need no more in no more."""
    past = plan.study_blocks is not None and block >= plan.study_blocks
    return [
        cell
        for cell in plan.cells
        if not (past and cell.study in plan.studies)
        and block % plan.seldom.get(cell.key, 1) == 0
        and block < plan.settled.get(cell.key, block + 1)
    ]


def results_of(plan: Plan) -> int:
    """Number of results of the whole run, if every block is measured."""
    return sum(len(in_block(plan, block)) for block in range(plan.blocks))


def expected_seconds(plan: Plan, blocks: int | None = None) -> float:
    """Expected seconds of the first ``blocks``, by default of the whole run, if every block is measured."""
    numbers = range(plan.blocks if blocks is None else blocks)
    return sum(plan.expected_s[cell.key] for block in numbers for cell in in_block(plan, block))


def calls_in(plan: Plan) -> int:
    """Largest number of calls in all blocks, of a plan that measures a function of the user's."""
    params = next((info.params for info in plan.workloads if info.name == Own.name), {})
    own = Own(**params)  # type: ignore[arg-type]  # as it was saved
    cells = [cell for block in range(plan.blocks) for cell in in_block(plan, block)]
    return own.group * sum(calls_of(cell, own.dear) for cell in cells)


def calls_of(cell: Cell, dear: bool) -> int:
    """Largest number of tasks of a cell in a block, with those that warm it up."""
    if cell.procedure != "batch":
        return 0
    return cell.n if dear else cell.n + 1 + MOST_WARM_UPS * cell.concurrency


def same_elsewhere(cell: Cell) -> str:
    """Key of a cell that ignores its Python and its number of tasks."""
    return replace(cell, python="", n=0).key


def evened(cells: Mapping[Cell, float]) -> dict[Cell, float]:
    """Cells that differ only in their Python, with the largest number of tasks of any of them: pilot runs
    differ by chance, and start and end of a batch weigh less in a longer one. Where the largest is more than
    twice the smallest, all stay."""
    alike = grouped(cells, same_elsewhere)
    found = {}
    for cell, seconds in cells.items():
        tasks = [each.n for each in alike[same_elsewhere(cell)]]
        found[replace(cell, n=max(tasks)) if max(tasks) <= 2 * min(tasks) else cell] = seconds
    return found


def block_order(plan: Plan, block: int) -> list[Cell]:
    """Cells of a block: families shuffled, then the cells within each, so that a baseline runs within seconds
    of its rivals; cells that differ only in their Python run one after the other, shuffled. The same for the
    same seed."""
    shuffle = random.Random(f"{plan.seed}/{block}").shuffle
    family = {info.label: info.family for info in plan.workloads}
    groups = grouped(in_block(plan, block), lambda cell: family.get(cell.workload, cell.workload))
    names = sorted(groups)
    shuffle(names)
    order = []
    for name in names:
        cells = sorted(groups[name], key=lambda cell: cell.key)
        members = list(grouped(cells, same_elsewhere).values())
        shuffle(members)
        for side_by_side in members:
            shuffle(side_by_side)
            order += side_by_side
    return order
