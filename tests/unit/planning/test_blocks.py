"""Which cells are in which blocks."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from bench.core.run import Plan
from bench.planning.blocks import block_order, in_block, last_block_s, results_of
from bench.planning.plan import computing_cells, fewest_to_decide
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
    where = plan(seldom={WAITS.key: 2, RUNG.key: 3})
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
    assert found == {cells[1], cells[2]}  # what is measured twice shows the noise in fewer blocks


@pytest.mark.parametrize(("models", "fewest"), [(1, 5), (3, 6), (6, 7), (7, 8)])
def test_a_family_has_blocks_enough_to_decide_its_comparisons(models: int, fewest: int) -> None:
    workloads = {Sleep().label(): Sleep()}
    cells = [cell_of("sleep", f"model-{number}") for number in range(models)]
    assert fewest_to_decide([*cells, cell_of("sleep", "sync")], workloads) == fewest


def test_advice_has_no_further_blocks_whatever_is_settled() -> None:
    """As in one that is resumed: its blocks are those of its own rule, and its time is the budget."""
    usual = plan(settled={WAITS.key: 7})
    assert last_block_s(usual) < math.inf
    assert last_block_s(replace(usual, studies=["advice"])) == math.inf
