"""The statistics against known answers, and against simulated machines."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.statistics import LEVEL, coverage, estimate

RATIOS = st.lists(st.floats(0.01, 100), min_size=1, max_size=40)


@pytest.mark.parametrize(
    ("n", "k", "level"), [(5, 1, 0.9375), (6, 1, 0.96875), (8, 1, 0.9921875), (8, 2, 0.9296875)]
)
def test_coverage_is_that_of_the_sign_test(n: int, k: int, level: float) -> None:
    assert coverage(n, k) == pytest.approx(level)


def test_three_blocks_are_indicative_and_the_interval_says_how_little_it_holds() -> None:
    interval = estimate([1.0, 2.0, 4.0])
    assert (interval.low, interval.median, interval.high) == (1.0, 2.0, 4.0)
    assert interval.level == pytest.approx(0.75)
    assert not interval.sure


@given(RATIOS)
def test_the_interval_holds_its_median_and_turns_with_the_ratio(ratios: list[float]) -> None:
    interval, inverse = estimate(ratios), estimate([1 / r for r in ratios])
    assert interval.low <= interval.median * (1 + 1e-9)
    assert interval.median <= interval.high * (1 + 1e-9)
    assert interval.median * inverse.median == pytest.approx(1)
    assert interval.low * inverse.high == pytest.approx(1)


@given(RATIOS, st.floats(0.5, 2))
def test_a_scale_moves_the_interval_and_nothing_else(ratios: list[float], scale: float) -> None:
    before, after = estimate(ratios), estimate([r * scale for r in ratios])
    assert after.low == pytest.approx(before.low * scale)
    assert after.high == pytest.approx(before.high * scale)


def test_no_values_are_no_estimate() -> None:
    with pytest.raises(ValueError, match="no values"):
        estimate([])


def simulated(
    rng: np.random.Generator, blocks: int, *, effect: float = 0.0, spread: float, drift: float
) -> list[float]:
    """Ratios of paired cells on a machine that drifts: the log of its speed walks from cell to cell, and
    every process has a speed of its own."""
    walk = np.cumsum(rng.normal(0, drift, 2 * blocks))
    own = rng.normal(0, spread, 2 * blocks)
    logs = walk + own
    return [math.exp(effect + logs[2 * i] - logs[2 * i + 1]) for i in range(blocks)]


@pytest.mark.parametrize("spread", [0.02, 0.1])
@pytest.mark.parametrize("blocks", [8, 20])
def test_intervals_cover_the_truth(blocks: int, spread: float) -> None:
    rng = np.random.default_rng(11)
    truth, trials = math.log(1.3), 2000
    covered = 0
    for _ in range(trials):
        interval = estimate(simulated(rng, blocks, effect=truth, spread=spread, drift=0.03))
        covered += interval.low <= 1.3 <= interval.high
    assert covered / trials >= LEVEL - 0.01
