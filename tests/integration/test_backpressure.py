"""Many items, bounded and not, in processes of their own."""

from __future__ import annotations

import sys
from collections.abc import Callable

import pytest

from bench.core.observation import Observation
from workloads.null import Null


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_a_queue_takes_a_small_part_of_the_memory_that_gather_takes(
    observe: Callable[..., Observation],
) -> None:
    unbounded, bounded = (
        observe(
            Null(),
            "asyncio",
            concurrency=100,
            n=10_000,
            procedure="backpressure",
            options={"way": way, "items": 10_000},
        )
        for way in ("gather", "queue + workers")
    )
    assert unbounded.n == bounded.n == 10_000
    assert unbounded.figures["memory"] > 10 * bounded.figures["memory"]
    assert unbounded.figures["first_s"] > bounded.figures["first_s"]
