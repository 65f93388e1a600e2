"""How long a user's workload is warmed up, counted by the workload itself."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.integration.command import bench

WORKLOAD = """
import os
from dataclasses import dataclass
from bench import Workload

@dataclass(frozen=True)
class Counts(Workload):
    '''Write down the process.'''
    name = family = "counts"
    bound = "cpu"

    flavours = frozenset({"sync"})

    def task(self, session, i):
        with open("calls", "a") as file:
            file.write(f"{os.getpid()}\\n")

    def check(self, result, i):
        return 0
"""
TASKS = 20
SHORT = 1 + 4  # the first task, and as many waves as there are at most


@pytest.mark.parametrize("models", [["sync"], ["sync", "threading"]])
def test_what_computes_is_warmed_up_for_long_only_where_models_are_compared(
    tmp_path: Path, models: list[str]
) -> None:
    (tmp_path / "counts.py").write_text(WORKLOAD)
    runners = [word for model in models for word in ("-r", model)]
    done = bench(
        "run", "-w", "counts.py:Counts", *runners, "--tasks", str(TASKS), "--blocks", "1", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    most = max(Counter((tmp_path / "calls").read_text().split()).values())  # of one process
    if len(models) == 1:
        assert most <= SHORT + TASKS
    else:
        assert most > SHORT + 2 * TASKS
