"""The cells of a plan's blocks, in the order in which they are measured."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

from bench.core.records import Cell, Plan
from bench.worker.warm import WARM_UPS


def in_block(plan: Plan, block: int) -> list[Cell]:
    """The cells of a block: those of studies are in the first ones alone where the plan says so."""
    past = plan.study_blocks is not None and block >= plan.study_blocks
    return [cell for cell in plan.cells if not (past and cell.study in plan.studies)]


def expected_seconds(plan: Plan) -> float:
    """Seconds that the whole run is expected to take, if every block is measured."""
    return sum(plan.expected_s[cell.key] for block in range(plan.blocks) for cell in in_block(plan, block))


def calls_in(plan: Plan) -> int:
    """How many tasks all blocks will run, with those that warm up."""
    cells = [cell for block in range(plan.blocks) for cell in in_block(plan, block)]
    return sum(cell.n + 1 + WARM_UPS * cell.concurrency for cell in cells if cell.procedure == "batch")


def same_elsewhere(cell: Cell) -> str:
    """What a cell has in common with those that differ in nothing but their Python."""
    return replace(cell, python="", n=0).key


def evened(cells: Mapping[Cell, float]) -> dict[Cell, float]:
    """Cells that differ in nothing but their Python get the same number of tasks, the largest: pilot runs
    differ by chance, and a batch's beginning and end weigh less in a longer one. Where one is more than twice
    as long as another, both stay."""
    most: dict[str, int] = {}
    least: dict[str, int] = {}
    for cell in cells:
        key = same_elsewhere(cell)
        most[key], least[key] = max(most.get(key, 0), cell.n), min(least.get(key, cell.n), cell.n)
    found = {}
    for cell, seconds in cells.items():
        key = same_elsewhere(cell)
        n = most[key] if most[key] <= 2 * least[key] else cell.n
        found[cell if n == cell.n else replace(cell, n=n)] = seconds
    return found


def block_order(plan: Plan, block: int) -> list[Cell]:
    """The cells of a block: families shuffled, then the cells within each, so that a baseline runs within
    seconds of its rivals; and what differs in nothing but its Python runs one right after the other, in an
    order of its own. The same for the same seed."""
    shuffle = random.Random(f"{plan.seed}/{block}").shuffle
    family = {info.label: info.family for info in plan.workloads}
    groups: dict[str, list[Cell]] = {}
    for cell in in_block(plan, block):
        groups.setdefault(family.get(cell.workload, cell.workload), []).append(cell)
    names = sorted(groups)
    shuffle(names)
    order = []
    for name in names:
        alike: dict[str, list[Cell]] = {}
        for cell in sorted(groups[name], key=lambda cell: cell.key):
            alike.setdefault(same_elsewhere(cell), []).append(cell)
        members = list(alike.values())
        shuffle(members)
        for side_by_side in members:
            shuffle(side_by_side)
            order += side_by_side
    return order
