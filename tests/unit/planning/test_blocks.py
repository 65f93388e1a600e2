"""Which cells are in which blocks."""

from __future__ import annotations

from dataclasses import replace

from bench.core.records import Plan
from bench.planning.blocks import DENSE, SELDOM, block_order, in_block, results_of
from bench.planning.plan import computing_cells
from tests.made_up import cell_of, plan_of
from workloads.cpu_native import CpuNative
from workloads.cpu_python import CpuPython
from workloads.mongo_mock import Mongomock
from workloads.sleep import Sleep

WAITS, COMPUTES = cell_of("sleep", "asyncio"), cell_of("cpu-python", "threading")
RUNG = cell_of("null", "sync", study="ladder")


def plan(blocks: int = 16, **changes: object) -> Plan:
    return replace(plan_of([WAITS, COMPUTES, RUNG]), blocks=blocks, **changes)


def blocks_of(where: Plan, cell: object) -> list[int]:
    return [block for block in range(where.blocks) if cell in in_block(where, block)]


def test_all_are_in_every_block_unless_the_plan_says_otherwise() -> None:
    assert all(len(in_block(plan(), block)) == 3 for block in range(16))
    assert results_of(plan()) == 48


def test_what_is_measured_seldom_is_in_every_so_many_blocks_from_the_first_on() -> None:
    where = plan(seldom={WAITS.key: DENSE, RUNG.key: SELDOM})
    assert blocks_of(where, COMPUTES) == list(range(16))
    assert blocks_of(where, WAITS) == list(range(0, 16, 2))
    assert blocks_of(where, RUNG) == [0, 3, 6, 9, 12, 15]
    assert results_of(where) == 16 + 8 + 6


def test_what_is_decided_is_in_no_more() -> None:
    where = plan(settled={COMPUTES.key: 12})
    assert blocks_of(where, COMPUTES) == list(range(12))
    assert {cell.key for cell in block_order(where, 12)} == {WAITS.key, RUNG.key}


def test_what_computes_and_is_compared_is_measured_more_often() -> None:
    workloads = {each.label(): each for each in (Sleep(), CpuPython(), CpuNative(), Mongomock())}
    cells = [
        WAITS,
        COMPUTES,
        cell_of("cpu-native", "threading"),
        cell_of("cpu-python", "sync", study="A/A"),
        cell_of("mongomock[mongomock]", "sync"),  # a lesson
        replace(COMPUTES, study="break-even"),
    ]
    found = computing_cells(cells, workloads)
    assert found == {cells[1], cells[2], cells[3]}
