"""The physical limit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.frame import least_seconds

SECONDS = st.floats(1e-6, 10)


@pytest.mark.parametrize(
    ("wait", "cpu", "concurrency", "cores", "least"),
    [
        (0.02, 0.0, 16, 2, 0.00125),  # only waiting: shared by all
        (0.0, 0.03, 2, 2, 0.015),  # only computing: shared by the cores
        (0.0, 0.03, 16, 2, 0.015),  # more tasks than cores help nobody
        (0.02, 0.01, 16, 2, 0.005),  # computing sets the pace
        (0.02, 0.001, 1, 8, 0.021),  # one at a time: the whole of it
    ],
)
def test_known_limits(wait: float, cpu: float, concurrency: int, cores: int, least: float) -> None:
    assert least_seconds(wait, cpu, concurrency, cores) == pytest.approx(least)


@given(SECONDS, SECONDS, st.integers(1, 64), st.integers(1, 64))
def test_more_room_never_makes_the_limit_worse(wait: float, cpu: float, concurrency: int, cores: int) -> None:
    here = least_seconds(wait, cpu, concurrency, cores)
    assert least_seconds(wait, cpu, concurrency + 1, cores) <= here
    assert least_seconds(wait, cpu, concurrency, cores + 1) <= here
    assert here <= wait + cpu
