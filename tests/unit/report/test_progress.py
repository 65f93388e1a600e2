"""What a run announces."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bench.report.terminal.progress import announcement
from tests.made_up import run_of


@pytest.mark.parametrize(
    ("budget_s", "said"),
    [
        (None, "in 8 blocks, each cell in a fresh process: about 20.0 m"),
        (500.0, "in at most 8 blocks, each cell in a fresh process: about 8.3 m"),
        (5.0, "in at most 8 blocks, each cell in a fresh process: about 2.5 m"),
        (9999.0, "in 8 blocks, each cell in a fresh process: about 20.0 m"),
    ],
)
def test_it_takes_no_longer_than_the_budget_or_else_one_block(budget_s: float | None, said: str) -> None:
    plan = run_of({("sleep", "asyncio"): 15.0}).plan
    expected = {cell.key: 150 / len(plan.cells) for cell in plan.cells}
    plan = replace(plan, expected_s=expected, budget_s=budget_s, blocks=8)
    assert said in announcement(plan, Path("reports/x"), [])


@pytest.mark.parametrize(
    ("block_s", "said"),
    [
        (4.0, "in 24 blocks, each cell in a fresh process: about 1.6 m"),
        (10.0, "in at most 24 blocks, each cell in a fresh process: about 3.6 m"),
        (60.0, "in at most 24 blocks, each cell in a fresh process: about 11.0 m"),
    ],
)
def test_a_default_run_goes_on_with_what_is_undecided_for_so_long(block_s: float, said: str) -> None:
    plan = run_of({("cpu-python", "asyncio"): 1.0}).plan
    expected = {cell.key: block_s / len(plan.cells) for cell in plan.cells}
    other = {plan.cells[0].key: 24}
    assert said in announcement(replace(plan, expected_s=expected, blocks=24, settled=other), Path("x"), [])
