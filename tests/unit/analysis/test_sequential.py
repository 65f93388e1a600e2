"""The test that may be looked at after every block."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.sequential import BETS, ERROR, BoundSide, capital, decide


def test_the_capital_is_one_and_all_of_it_is_bet() -> None:
    assert sum(BETS.values()) == pytest.approx(1)
    assert capital(0, 0) == pytest.approx(1)


@given(won=st.integers(0, 40), lost=st.integers(0, 40))
def test_the_game_is_fair(won: int, lost: int) -> None:
    """However it stands, the next block is expected to leave the capital as it is."""
    assert (capital(won + 1, lost) + capital(won, lost + 1)) / 2 == pytest.approx(capital(won, lost))


@pytest.mark.parametrize(
    ("values", "side"),
    [
        ([2.0] * 7, BoundSide.UNKNOWN),
        ([2.0] * 8, BoundSide.ABOVE),
        ([0.5] * 8, BoundSide.BELOW),
        ([2.0] * 14 + [0.5], BoundSide.ABOVE),
        ([2.0, 0.5] * 40, BoundSide.UNKNOWN),
        ([1.0] * 100, BoundSide.UNKNOWN),
        ([], BoundSide.UNKNOWN),
    ],
)
def test_blocks_that_agree_decide(values: list[float], side: BoundSide) -> None:
    assert decide(values, 1.0).side is side


def test_what_is_open_says_how_many_blocks_it_may_take() -> None:
    assert decide([2.0] * 6, 1.0).more in range(1, 6)
    assert decide([2.0, 0.5], 1.0).more is None
    assert (decide([2.0, 2.0, 0.5] * 4, 1.0).more or 0) > 20


def ever_decided(rng: np.random.Generator, median: float, looks: int) -> BoundSide:
    values: list[float] = []
    for value in np.exp(rng.normal(np.log(median), 0.1, looks)):
        values.append(float(value))
        if (found := decide(values, 1.0).side) is not BoundSide.UNKNOWN:
            return found
    return BoundSide.UNKNOWN


def test_a_median_on_the_bound_is_hardly_ever_decided_however_often_one_looks() -> None:
    rng = np.random.default_rng(5)
    found = [ever_decided(rng, 1.0, looks=60) for _ in range(2000)]
    for side in (BoundSide.ABOVE, BoundSide.BELOW):
        assert found.count(side) / len(found) <= ERROR


def test_what_is_clear_is_decided_and_rightly() -> None:
    rng = np.random.default_rng(6)
    found = [ever_decided(rng, 1.15, looks=40) for _ in range(500)]
    assert found.count(BoundSide.ABOVE) / len(found) >= 0.95
    assert BoundSide.BELOW not in found
