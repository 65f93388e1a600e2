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
