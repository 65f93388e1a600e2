"""The histogram of latencies."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.latencies import merged, percentile
from bench.core.histogram import bounds, bucket, histogram

NANOSECONDS = st.integers(0, 10**13)


@given(NANOSECONDS)
def test_a_value_lies_within_its_bucket(value: int) -> None:
    low, beyond = bounds(bucket(value))
    assert low <= value < beyond


@given(NANOSECONDS)
def test_a_bucket_is_narrow(value: int) -> None:
    low, beyond = bounds(bucket(value))
    assert beyond - low <= max(1, low / 32)


@given(NANOSECONDS, NANOSECONDS)
def test_buckets_keep_the_order(a: int, b: int) -> None:
    if a <= b:
        assert bucket(a) <= bucket(b)


@given(st.lists(NANOSECONDS, min_size=1), st.lists(NANOSECONDS))
def test_merging_loses_nothing(a: list[int], b: list[int]) -> None:
    assert merged([histogram(a), histogram(b)]) == merged([histogram(a + b)])


@given(st.lists(st.integers(1, 10**12), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_near_that_of_the_values(values: list[int], share: float) -> None:
    seconds = percentile(merged([histogram(values)]), share)
    assert seconds is not None
    ordered = sorted(values)
    exact = next(v for i, v in enumerate(ordered, 1) if i >= share * len(ordered) - 1e-9)
    assert abs(seconds * 1e9 - exact) <= exact / 32 + 1


def test_no_latencies_have_no_percentile() -> None:
    assert percentile({}, 0.5) is None
