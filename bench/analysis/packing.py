"""The spans of a timeline as few integers, for a page that holds thousands of them."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import accumulate, pairwise
from typing import NamedTuple

TICK_US = 10
"""The unit of what is packed: a pixel of a whole timeline is some hundred microseconds."""


class Span(NamedTuple):
    """A task, from its start to its end."""

    start_us: int
    length_us: int
    worker: int

    @property
    def end_us(self) -> int:
        """When it was over."""
        return self.start_us + self.length_us


def rows_of(spans: Sequence[Span]) -> tuple[list[int], list[int]]:
    """The rows that each worker needs, and each span's row: the first that is free at its start.

    A thread has one task at a time and needs one row; an event loop has many under way.
    """
    workers = max((span.worker for span in spans), default=-1) + 1
    busy: list[list[tuple[int, int]]] = [[] for _ in range(workers)]  # until when, and which row
    free: list[list[int]] = [[] for _ in range(workers)]
    needed = [0] * workers
    places = []
    for span in spans:
        own = busy[span.worker]
        while own and own[0][0] <= span.start_us:
            heappush(free[span.worker], heappop(own)[1])
        if free[span.worker]:
            place = heappop(free[span.worker])
        else:
            place = needed[span.worker]
            needed[span.worker] += 1
        heappush(own, (span.end_us, place))
        places.append(place)
    above = list(accumulate(needed, initial=0))
    return needed, [above[span.worker] + place for span, place in zip(spans, places, strict=True)]


def pack(spans: Sequence[Span], rows: Sequence[int]) -> list[int]:
    """For each span, by start: how much later than the one before it started, its length, its row."""
    starts = [span.start_us // TICK_US for span in spans]
    # From tick to tick, so that a span that is rounded never covers the one after it.
    lengths = [span.end_us // TICK_US - start for span, start in zip(spans, starts, strict=True)]
    deltas = [after - before for before, after in pairwise([0, *starts])]
    return [number for span in zip(deltas, lengths, rows, strict=True) for number in span]
