"""What a batch says of its tasks: the steady part, exact percentiles."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.core.batch import FIRST_WAVES, LEAST_STEADY_WAVES, Batch
from bench.core.histogram import exact_percentile

MS = 1_000_000
LEAST = FIRST_WAVES + 1 + LEAST_STEADY_WAVES  # waves that have a steady part


def batch_of(ends_ms: list[float], each_ms: float = 10.0) -> Batch:
    """Of tasks that end then and take so long."""
    batch = Batch(len(ends_ms), lambda result, i: 0)
    for i, end in enumerate(ends_ms):
        batch.add(i, (round((end - each_ms) * MS), round(end * MS), 1, None))
    return batch


def waves(many: int, in_flight: int, each_ms: float) -> list[float]:
    """When tasks end that all take as long, so many at once."""
    return [each_ms * (1 + i // in_flight) for i in range(many * in_flight)]


@pytest.mark.parametrize("in_flight", [1, 2, 16])
@pytest.mark.parametrize("many", [LEAST, 20])
def test_the_steady_part_has_neither_start_nor_end_in_it(in_flight: int, many: int) -> None:
    even = waves(many, in_flight, 10.0)
    late = [end + 50 for end in even]  # the first task took 50 ms longer, and all wait for it
    late[-1] += 30  # and so did the last one
    for ends in (even, late):
        random.Random(1).shuffle(ends)
        assert batch_of(ends).steady_s(in_flight) == pytest.approx(0.010 / in_flight)


@pytest.mark.parametrize("shift", [0.0, 2.5, 4.9])
def test_threads_that_take_turns_have_the_same_whatever_the_turn(shift: float) -> None:
    """Two tasks of 10 ms at a time, each at half speed, the one ahead of the other: 10 ms each."""
    ends = [20.0 * (1 + i // 2) + (shift if i % 2 else -shift) for i in range(24)]
    assert batch_of(ends, each_ms=20.0).steady_s(2) == pytest.approx(0.010, rel=0.01)


def test_fewer_waves_have_none() -> None:
    assert batch_of(waves(LEAST - 1, 4, 10.0)).steady_s(4) is None


def test_an_open_loop_has_none() -> None:
    batch = Batch(100, lambda result, i: 0, [0.01 * i for i in range(100)])
    for i in range(100):
        batch.add(i, (batch._began, batch._began + 10, 1, None))
    assert batch.steady_s(1) is None


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=200), st.sampled_from([0.5, 0.95, 0.99]))
def test_a_percentile_is_a_value_that_so_many_did_not_exceed(values: list[int], share: float) -> None:
    found = exact_percentile(sorted(values), share) * 1e9
    within = sum(value <= round(found) for value in values)
    assert round(found) in values
    assert within >= share * len(values)
    assert sum(value < round(found) for value in values) < share * len(values)


def test_what_a_check_leaves_for_later_is_done_when_nothing_is_timed_any_more() -> None:
    seen: list[int] = []

    def check(result: int, i: int) -> Callable[[], int]:
        def later() -> int:
            seen.append(i)
            if result != 7:
                raise ValueError("wrong")
            return result

        return later

    batch = Batch(3, check)
    for i in range(3):
        batch.add(i, (0, 1, 1, 7 if i < 2 else 8))
    assert (seen, batch.failed, batch.done) == ([], 0, 3)
    batch.settle()
    batch.settle()
    assert (seen, batch.failed) == ([0, 1, 2], 1)
    at_once = Batch(2, lambda result, i: result)
    for i in range(2):
        at_once.add(i, (0, 1, 1, 7))
    assert batch.digest == at_once.digest
