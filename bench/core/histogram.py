"""A log-linear histogram of latencies: small, mergeable, every value within 1/64 of its bucket's middle."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

TASKS_FOR_P99 = 1_000  # in one batch; fewer say nothing of one task in a hundred
SUB_BITS = 5  # 32 linear buckets to each power of two, as in HdrHistogram


def bucket(nanoseconds: int) -> int:
    """The number of the bucket that holds a value >= 0."""
    shift = max(nanoseconds.bit_length() - SUB_BITS - 1, 0)
    return (shift << SUB_BITS) + (nanoseconds >> shift)


def bounds(number: int) -> tuple[int, int]:
    """The least value of a bucket, and the least value beyond it, in nanoseconds."""
    shift = max((number >> SUB_BITS) - 1, 0)
    low = number - (shift << SUB_BITS)
    return low << shift, (low + 1) << shift


def histogram(latencies_ns: Iterable[int]) -> dict[str, int]:
    """Counts by bucket; the keys are text, as JSON wants them."""
    counts = Counter(map(bucket, latencies_ns))
    return {str(number): counts[number] for number in sorted(counts)}


def exact_percentile(ordered_ns: Sequence[int], share: float) -> float:
    """The latency in seconds that ``share`` of the tasks did not exceed (nearest rank), of sorted ones."""
    return ordered_ns[max(math.ceil(share * len(ordered_ns)), 1) - 1] / 1e9
