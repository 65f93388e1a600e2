"""Blocking calls that an event loop hands to threads: the caps that are known are seen."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from bench.core.observation import Observation
from workloads.null import Null

Observe = Callable[..., Observation]
DEFAULT = min(32, (os.cpu_count() or 1) + 4)


@pytest.mark.parametrize(("pool", "threads"), [("default", DEFAULT), ("anyio", 40), ("sized", 48)])
def test_no_more_run_at_once_than_the_pool_has_threads(observe: Observe, pool: str, threads: int) -> None:
    seen = observe(Null(), "asyncio", concurrency=48, n=48, procedure="saturation", options={"pool": pool})
    assert seen.figures["running"] == threads
    turns = -(-48 // threads)
    assert seen.figures["call_s"] > 0.02 * sum(1 + i // threads for i in range(48)) / 48 * 0.95
    assert seen.figures["rate"] < 48 / (0.02 * turns) * 1.05


def test_a_look_up_waits_behind_the_calls_of_the_default_executor(observe: Observe) -> None:
    alone, behind = (
        observe(
            Null(), "asyncio", concurrency=many, n=many, procedure="saturation", options={"pool": "default"}
        )
        for many in (1, 8 * DEFAULT)
    )
    assert behind.figures["lookup_s"] > 0.1
    assert behind.figures["lookup_s"] > 3 * alone.figures["lookup_s"]
