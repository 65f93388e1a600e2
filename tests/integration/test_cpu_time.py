"""CPU time of a task is that of all that it starts: threads, and processes that end before it does."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.core.code_loading import load_file
from bench.core.observation import Observation

Observe = Callable[..., Observation]
HELPERS = load_file(Path(__file__).with_name("helpers_compute.py"))


@pytest.mark.skipif(sys.platform != "linux", reason="CPU time is read from /proc")
@pytest.mark.parametrize(
    "runner", ["sync", *(pytest.param(r, marks=pytest.mark.full) for r in ("threading", "multiprocessing"))]
)
def test_the_cpu_time_of_what_a_task_starts_is_its_own(observe: Observe, runner: str) -> None:
    began = time.process_time()
    HELPERS.compute()
    alone = time.process_time() - began
    for where in ("task", "thread", "process"):
        seen = observe(HELPERS.Computes(where=where), runner, concurrency=1 if runner == "sync" else 2, n=6)
        assert seen.cpu_s is not None
        assert alone / 2 < seen.cpu_s / seen.n < 4 * alone, where
