"""From where on one is ahead, and the law of how throughput grows."""

from __future__ import annotations

import math
import random
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.curves import crossing, rising
from bench.analysis.scalability import Law, fit

SIZES = [1e-5 * 10 ** (k / 2) for k in range(9)]


def speedups(overhead: float, cores: float = 2.0) -> dict[float, float]:
    """A parallel model that adds ``overhead`` seconds to each task: ahead from 2 x overhead on."""
    return {size: size / (size / cores + overhead) for size in SIZES}


def test_the_break_even_of_a_known_overhead_is_found() -> None:
    found = crossing([speedups(1e-4) for _ in range(8)], 1.0)
    assert found.kind == "at"
    assert found.x is not None
    assert found.x.median == pytest.approx(2e-4, rel=0.1)
    assert found.x.low == pytest.approx(found.x.high)


@given(st.integers(0, 10_000))
def test_the_interval_holds_the_truth_in_noise(seed: int) -> None:
    rng = random.Random(seed)
    blocks = [{x: y * math.exp(rng.gauss(0, 0.02)) for x, y in speedups(1e-4).items()} for _ in range(8)]
    found = crossing(blocks, 1.0)
    assert found.x is not None
    assert found.x.low / 1.2 < 2e-4 < found.x.high * 1.2


@pytest.mark.parametrize("noise", [0.02, 0.1])
def test_one_dip_moves_nothing(noise: float) -> None:
    """In a quarter of the blocks a point beyond the crossing is 0.14 to 0.6 of what it should be. A walk from
    the top down to the first dip finds no end in a third of such runs; in the others its interval is from one
    size to 80 to 90 times that."""
    rng = random.Random(7)
    missed, wide, covered, trials = [], [], 0, 200
    for _ in range(trials):
        blocks = [{x: y * math.exp(rng.gauss(0, noise)) for x, y in speedups(1e-4).items()} for _ in range(8)]
        for block in blocks:
            if rng.random() < 0.25:
                block[rng.choice(SIZES[4:])] *= math.exp(-rng.uniform(0.5, 2))
        found = crossing(blocks, 1.0)
        assert found.x is not None
        missed.append(found.x.median / 2e-4)
        wide.append(found.x.high / found.x.low)
        covered += found.x.low / 1.1 < 2e-4 < found.x.high * 1.1  # a line is no curve: 8 % between two sizes
    assert 1 / 1.15 < median(missed) < 1.15
    assert sorted(missed)[int(0.95 * trials)] < 1.3
    assert median(wide) < 1.5
    assert covered / trials >= 0.95


def test_a_dip_that_the_blocks_agree_on_is_no_noise() -> None:
    dip = {1.0: 0.5, 2.0: 1.5, 4.0: 1.6, 8.0: 0.5, 16.0: 1.6, 32.0: 1.7}
    found = crossing([dip] * 8, 1.0)
    assert found.x is not None
    assert 8 < found.x.median < 16
    assert crossing([{1.0: 0.5, 2.0: 1.5, 4.0: 0.5, 8.0: 0.5}] * 8, 1.0).kind == "unresolved"


VALUES = st.lists(st.integers(-20, 20).map(float), min_size=1, max_size=7)


@given(VALUES)
def test_the_rising_fit_never_falls_and_none_lies_nearer(values: list[float]) -> None:
    fitted = rising(values)
    assert fitted == sorted(fitted)
    apart = sum(abs(a - b) for a, b in zip(values, fitted, strict=True))
    # Of best fits one has only values that were given: try them all, one place after the other.
    best = dict.fromkeys(values, 0.0)
    for value in values:
        reached = sorted(best)
        best = {y: min(best[x] for x in reached if x <= y) + abs(value - y) for y in reached}
    assert apart == pytest.approx(min(best.values()))


def test_what_is_never_or_always_ahead_is_told_so() -> None:
    assert crossing([dict.fromkeys(SIZES, 0.9)] * 8, 1.0).kind == "never"
    assert crossing([dict.fromkeys(SIZES, 1.9)] * 8, 1.0).kind == "always"


def test_an_end_beyond_the_data_is_unresolved() -> None:
    blocks = [dict.fromkeys(SIZES, 0.9)] * 4 + [speedups(1e-4)] * 4
    assert crossing(blocks, 1.0).kind == "unresolved"
    assert crossing([], 1.0).kind == "unresolved"
    assert crossing([{1.0: 2.0}], 1.0).kind == "unresolved"


def test_a_block_that_lacks_an_end_does_not_decide_where_it_is() -> None:
    whole = [speedups(1e-4) for _ in range(7)]
    below = {x: y for x, y in speedups(1e-4).items() if x < 1e-4}
    assert crossing([*whole, below], 1.0).kind == "at"


def test_ahead_means_from_there_on() -> None:
    bump = {1.0: 0.5, 2.0: 1.5, 4.0: 0.5, 8.0: 1.5}
    found = crossing([bump] * 8, 1.0)
    assert found.x is not None
    assert 4 < found.x.median < 8


LEVELS = [2**k for k in range(11)]


@pytest.mark.parametrize(
    ("contention", "coherency"), [(0.05, 1e-3), (0.2, 1e-4), (0.0, 1e-5), (0.02, 0.0), (0.0, 0.0)]
)
def test_a_known_law_is_found_again(contention: float, coherency: float) -> None:
    truth = Law(100.0, contention, coherency, LEVELS[-1])
    rng = random.Random(1)
    found = fit({n: truth.throughput(n) * math.exp(rng.gauss(0, 0.01)) for n in LEVELS})
    assert found is not None
    for n in LEVELS:
        assert found.throughput(n) == pytest.approx(truth.throughput(n), rel=0.05)
    if truth.peak is not None:
        assert found.peak == pytest.approx(truth.peak, rel=0.2)


def test_a_peak_beyond_the_data_is_not_named() -> None:
    truth = Law(100.0, 0.0, 1e-8, LEVELS[-1])  # its peak: 10,000
    found = fit({n: truth.throughput(n) for n in LEVELS})
    assert found is not None
    assert found.peak is None


def test_what_follows_another_law_gets_no_fit() -> None:
    wall = {n: min(100.0 * n, 3_000.0) * (0.3 if n > 100 else 1.0) for n in LEVELS}
    assert fit(wall) is None


def test_few_levels_get_no_fit() -> None:
    truth = Law(100.0, 0.05, 1e-3, 16)
    assert fit({n: truth.throughput(n) for n in LEVELS[:5]}) is None
