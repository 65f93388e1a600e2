"""What computes is measured on while it is undecided, for a time."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from bench.core.cell import MAIN
from bench.execution.run import measure_run
from bench.execution.session import Quiet
from bench.planning import blocks
from bench.planning.blocks import results_of
from bench.planning.options import Options
from bench.planning.plan import COMPUTING_BLOCKS


@pytest.mark.parametrize(("seconds", "measured"), [(0.0, blocks.LOOKS[0] + 1), (math.inf, COMPUTING_BLOCKS)])
def test_further_blocks_end_with_the_time_that_a_default_run_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seconds: float, measured: int
) -> None:
    monkeypatch.setattr(blocks, "FURTHER_BLOCKS_S", seconds)
    small = Options(
        workloads=("cpu-python",),
        runners=("sync", "threading"),
        params=("rounds=100",),
        tasks=4,
        out=str(tmp_path),
    )
    run = measure_run(small, Quiet())  # which never says that anything is settled
    assert len(run.results) == results_of(run.plan)
    key = next(cell.key for cell in run.plan.cells if (cell.runner, cell.study) == ("threading", MAIN))
    assert [seen.block for seen in run.observations if seen.key == key] == list(range(measured))
