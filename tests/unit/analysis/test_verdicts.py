"""Verdicts against known answers, against scipy, and against simulated machines."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.rank_intervals import signed_rank_p
from bench.analysis.statistics import LEVEL, estimate
from bench.analysis.verdicts import RANKED, Verdict, decide, estimate_ratio, holm, sign_p

RATIOS = st.lists(st.floats(0.01, 100), min_size=1, max_size=40)
NOISE = 0.045  # of a ratio in a block, as this was measured on two shared cores
THRESHOLD = 0.05
NO_GAIN = (Verdict.NO_GAIN, Verdict.EQUIVALENT, Verdict.SLOWER)


def alone(ratios: list[float], threshold: float = THRESHOLD) -> Verdict:
    return decide({"it": ratios}, threshold)["it"]


@pytest.mark.parametrize(
    ("ratios", "expected"),
    [
        ([1.06] * 8, "faster"),
        ([0.94] * 8, "slower"),
        ([1.0, 1.01, 0.99, 1.02, 0.98, 1.0, 1.0, 1.03], "equivalent"),
        ([0.90, 0.93, 0.97, 1.02, 0.95, 0.99, 0.94, 1.0], "no gain"),
        ([1.0, 1.2, 0.9, 1.1, 1.3, 1.0, 1.1, 1.0], "unresolved"),
        ([1.0, 1.01, 0.99], "indicative"),
        ([2.0] * 4, "indicative"),
        ([2.0] * 5, "faster"),
        ([1.06] * 20, "faster"),
        ([0.9, 1.0] * 10, "no gain"),
    ],
)
def test_a_verdict_is_what_the_ratios_show(ratios: list[float], expected: str) -> None:
    assert alone(ratios) == expected


@pytest.mark.parametrize(("blocks", "comparisons"), [(5, 1), (7, 6), (8, 12)])
def test_so_many_blocks_allow_so_many_comparisons(blocks: int, comparisons: int) -> None:
    for number, expected in ((comparisons, "faster"), (comparisons + 1, "indicative")):
        assert set(decide({i: [2.0] * blocks for i in range(number)}, THRESHOLD).values()) == {expected}


def test_the_best_of_several_counts_as_often() -> None:
    assert decide({"it": [2.0] * 7}, THRESHOLD, {"it": 6})["it"] == "faster"
    assert decide({"it": [2.0] * 7}, THRESHOLD, {"it": 7})["it"] == "indicative"


@given(st.lists(st.floats(-10, 10).filter(bool), min_size=1, max_size=12, unique_by=abs))
def test_signed_ranks_are_those_of_all_signs(values: list[float]) -> None:
    n = len(values)
    at = sum(rank for rank, value in enumerate(sorted(values, key=abs), 1) if value > 0)
    sums = Counter(sum(r + 1 for r in range(n) if mask >> r & 1) for mask in range(2**n))
    assert signed_rank_p(values) == pytest.approx(sum(c for s, c in sums.items() if s >= at) / 2**n)
    both = signed_rank_p(values) + signed_rank_p([-value for value in values])
    assert both == pytest.approx(1 + sums[at] / 2**n)


def test_the_sign_test() -> None:
    assert sign_p([1.0] * 5) == pytest.approx(1 / 32)
    assert sign_p([1.0, -1.0]) == pytest.approx(3 / 4)
    assert sign_p([0.0]) == 1.0


def test_holm_steps_down_until_one_is_not_decided() -> None:
    found = holm({"a": 0.012, "b": 0.016, "c": 0.026, "d": 0.04})
    assert found == {"a": True, "b": True, "c": False, "d": False}
    assert not holm({"a": 0.02, "b": 0.9, "c": 0.9})["a"]


@given(RATIOS)
def test_an_interval_holds_its_middle_and_turns_with_the_ratio(ratios: list[float]) -> None:
    there, back = estimate_ratio(ratios), estimate_ratio([1 / ratio for ratio in ratios])
    assert there.low <= there.median * (1 + 1e-9)
    assert there.median <= there.high * (1 + 1e-9)
    assert there.low * back.high == pytest.approx(1)
    assert there.median * back.median == pytest.approx(1)


def test_beyond_sixteen_blocks_it_is_the_interval_of_the_sign_test() -> None:
    ratios = [1 + 0.01 * i**2 for i in range(RANKED + 1)]
    assert estimate_ratio(ratios) == estimate(ratios)
    assert estimate_ratio(ratios[:-1]) != estimate(ratios[:-1])


def simulated(
    rng: np.random.Generator,
    blocks: int,
    *,
    truth: float = 1.0,
    spread: float = NOISE / math.sqrt(2),
    drift: float = 0.0,
) -> list[float]:
    """Ratios of paired cells on a machine that drifts: the log of its speed walks from cell to cell, and
    every process has a speed of its own."""
    logs = np.cumsum(rng.normal(0, drift, 2 * blocks)) + rng.normal(0, spread, 2 * blocks)
    return [truth * math.exp(logs[2 * i] - logs[2 * i + 1]) for i in range(blocks)]


def verdicts_of_four(truth: float, trials: int = 1000) -> Counter[Verdict]:
    """Of four models that are all as fast, in 8 blocks."""
    rng = np.random.default_rng(17)
    found: Counter[Verdict] = Counter()
    for _ in range(trials):
        found.update(decide({i: simulated(rng, 8, truth=truth) for i in range(4)}, THRESHOLD).values())
    return found


def test_that_there_is_no_gain_is_decided() -> None:
    found = verdicts_of_four(0.976)
    assert sum(found[verdict] for verdict in NO_GAIN) / found.total() >= 0.9
    assert found[Verdict.FASTER] == 0


def test_a_gain_of_an_eighth_is_found() -> None:
    found = verdicts_of_four(1.12)
    assert found[Verdict.FASTER] / found.total() >= 0.75
    assert sum(found[verdict] for verdict in NO_GAIN) / found.total() <= 0.02


def test_and_gains_of_a_tenth_more_often_together_than_by_equal_shares_of_the_level() -> None:
    rng = np.random.default_rng(19)
    together = apart = 0
    for _ in range(400):
        ratios = {i: simulated(rng, 8, truth=1.10, spread=0.025 / math.sqrt(2)) for i in range(4)}
        together += sum(v is Verdict.FASTER for v in decide(ratios, THRESHOLD).values())
        apart += sum(decide({i: r}, THRESHOLD, {i: 4})[i] is Verdict.FASTER for i, r in ratios.items())
    assert together > apart
    assert together / 1600 >= 0.95


@pytest.mark.parametrize("drift", [0.0, 0.02, 0.05])
@pytest.mark.parametrize("blocks", [8, 15, 24])
def test_false_alarms_on_twins_stay_below_the_level(blocks: int, drift: float) -> None:
    rng = np.random.default_rng(7)
    alarms = sum(
        alone(simulated(rng, blocks, drift=drift)) in (Verdict.FASTER, Verdict.SLOWER) for _ in range(2000)
    )
    assert alarms / 2000 <= 1 - LEVEL


@pytest.mark.parametrize("truth", [1 + THRESHOLD, 1 / (1 + THRESHOLD)])
@pytest.mark.parametrize("blocks", [8, 16])
def test_at_a_boundary_neither_side_is_said_too_often(blocks: int, truth: float) -> None:
    rng = np.random.default_rng(23)
    found = Counter(alone(simulated(rng, blocks, truth=truth)) for _ in range(2000))
    one, others = (Verdict.FASTER, NO_GAIN) if truth > 1 else (Verdict.SLOWER, (Verdict.EQUIVALENT,))
    assert found[one] / 2000 <= 1 - LEVEL + 0.015
    assert sum(found[verdict] for verdict in others) / 2000 <= 1 - LEVEL + 0.015


@pytest.mark.parametrize("spread", [0.02, 0.1])
@pytest.mark.parametrize("blocks", [8, 16, 20])
def test_intervals_cover_the_truth(blocks: int, spread: float) -> None:
    rng = np.random.default_rng(11)
    covered = 0
    for _ in range(2000):
        found = estimate_ratio(simulated(rng, blocks, truth=1.3, spread=spread, drift=0.03))
        covered += found.low <= 1.3 <= found.high
    assert covered / 2000 >= 0.94


def test_they_are_narrower_than_those_of_medians() -> None:
    rng = np.random.default_rng(29)
    runs = [simulated(rng, 8) for _ in range(500)]
    narrow, wide = (
        np.median([math.log(found.high / found.low) for found in map(each, runs)])
        for each in (estimate_ratio, estimate)
    )
    assert narrow < 0.9 * wide
