"""The spans of a timeline as few integers, for a page that holds thousands of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
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
    free_from: list[list[int]] = [[] for _ in range(max((span.worker for span in spans), default=-1) + 1)]
    places = []
    for span in spans:
        own = free_from[span.worker]
        place = next((number for number, free in enumerate(own) if free <= span.start_us), len(own))
        own[place : place + 1] = [span.end_us]
        places.append(place)
    needed = [len(own) for own in free_from]
    above = [sum(needed[:worker]) for worker in range(len(needed))]
    return needed, [above[span.worker] + place for span, place in zip(spans, places, strict=True)]


def pack(spans: Sequence[Span], rows: Sequence[int]) -> list[int]:
    """For each span, by start: how much later than the one before it started, its length, its row."""
    starts = [span.start_us // TICK_US for span in spans]
    # From tick to tick, so that a span that is rounded never covers the one after it.
    lengths = [span.end_us // TICK_US - start for span, start in zip(spans, starts, strict=True)]
    deltas = [after - before for before, after in pairwise([0, *starts])]
    return [number for span in zip(deltas, lengths, rows, strict=True) for number in span]
