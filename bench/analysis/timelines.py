"""Which tasks the timelines show: of each family of workloads, the same span of time under every model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import heappop, heappush
from itertools import accumulate, pairwise
from statistics import median
from typing import NamedTuple

from bench.core.cell import MAIN, Cell
from bench.core.run import Run, WorkloadInfo

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


LONGEST_US = 250_000
MOST_SPANS = 5_000  # of one timeline: what a browser draws sixty times a second
MOST_SPANS_IN_ALL = 10_000  # about 12 characters each
MOST_TIMELINES = 12
KINDS = ("io", "cpu-python", "cpu-native", "mixed")  # a task without work has no length to show


@dataclass(frozen=True)
class Lane:
    """One cell and the tasks that it began in the time shown, by start."""

    cell: Cell
    info: WorkloadInfo
    tasks: int  # in the batch
    spans: Sequence[Span]
    finished: int = 0  # within the time shown

    @cached_property
    def _placed(self) -> tuple[list[int], list[int]]:
        return rows_of(self.spans)

    @property
    def rows_of_worker(self) -> Sequence[int]:
        return self._placed[0]

    @property
    def packed(self) -> Sequence[int]:
        return pack(self.spans, self._placed[1])

    @property
    def workers(self) -> int:
        """Threads or processes that ran tasks."""
        return len(self.rows_of_worker)

    @property
    def most_in_flight(self) -> int:
        """The most tasks in flight: the rows."""
        return sum(self.rows_of_worker)

    @property
    def median_s(self) -> float:
        """Of the tasks shown."""
        return median(span.length_us for span in self.spans) / 1e6

    @property
    def longest_s(self) -> float:
        """Of the tasks shown."""
        return max(span.length_us for span in self.spans) / 1e6

    @property
    def known_us(self) -> int:
        """How far every task is known: to the end, or to where the spans were cut off."""
        if len(self.spans) < self.tasks:
            return self.spans[-1].start_us
        return max(span.end_us for span in self.spans)

    def until(self, span_us: int) -> Lane:
        """The part of it that begins before that."""
        spans = [span for span in self.spans if span.start_us < span_us]
        return replace(self, spans=spans, finished=sum(span.end_us <= span_us for span in spans))


@dataclass(frozen=True)
class Timeline:
    """A family of workloads on one Python, under two models or more."""

    family: str
    python: str
    kind: str
    span_us: int
    lanes: Sequence[Lane]
    shortened: bool  # to bound the size, not because a batch was over


@dataclass(frozen=True)
class Timelines:
    """What is shown, and the families for which there was no room."""

    shown: Sequence[Timeline]
    left_out: Sequence[str]


def timelines(run: Run) -> Timelines:
    """The timelines of the main comparison, I/O first."""
    groups = _groups(run)
    room, rest = groups[:MOST_TIMELINES], groups[MOST_TIMELINES:]
    wanted = [min(len(_starts(group, _span_us(group))), MOST_SPANS) for group in room]
    shares = fair_shares(wanted, MOST_SPANS_IN_ALL)
    made = [_timeline(group, share) for group, share in zip(room, shares, strict=True)]
    rest += [group for group, timeline in zip(room, made, strict=True) if timeline is None]
    return Timelines([timeline for timeline in made if timeline], [group[0].info.family for group in rest])


def fair_shares(wanted: Sequence[int], total: int) -> list[int]:
    """As much as each wants where there is enough; those who want most share what is left equally."""
    shares = [0] * len(wanted)
    left = total
    for place, number in enumerate(sorted(range(len(wanted)), key=wanted.__getitem__)):
        shares[number] = min(wanted[number], left // (len(wanted) - place))
        left -= shares[number]
    return shares


def _groups(run: Run) -> list[list[Lane]]:
    """What was kept, by family and Python, where there are two models to compare."""
    infos = {info.label: info for info in run.plan.workloads}
    groups: dict[tuple[str, str], dict[str, Lane]] = {}
    for observation in run.observations:
        cell = run.plan.cell[observation.key]
        info = infos.get(cell.workload)
        if cell.study != MAIN or info is None or info.kind not in KINDS:
            continue
        window = observation.window
        if window and window.start_us:
            spans = sorted(map(Span, window.start_us, window.length_us, window.worker))
            lane = Lane(cell, info, observation.n, spans)
            groups.setdefault((cell.python, info.family), {}).setdefault(cell.key, lane)
    place = {cell.key: number for number, cell in enumerate(run.plan.cells)}
    found = [sorted(group.values(), key=lambda lane: place[lane.cell.key]) for group in groups.values()]
    compared = [group for group in found if len({lane.cell.runner for lane in group}) > 1]
    return sorted(compared, key=lambda group: (KINDS.index(group[0].info.kind), place[group[0].cell.key]))


def _span_us(group: Sequence[Lane]) -> int:
    """The time for which every model has something to show, in whole ticks."""
    most = min(LONGEST_US, *(lane.known_us for lane in group))
    return most - most % TICK_US


def _starts(group: Sequence[Lane], span_us: int) -> list[int]:
    return sorted(span.start_us for lane in group for span in lane.spans if span.start_us < span_us)


def _timeline(group: Sequence[Lane], most: int) -> Timeline | None:
    """The timeline of at most so many spans; None if a model has nothing in it."""
    longest = span_us = _span_us(group)
    starts = _starts(group, longest)
    if len(starts) > most:
        span_us = starts[most] - starts[most] % TICK_US
    if any(lane.spans[0].start_us >= span_us for lane in group):
        return None
    first = group[0]
    return Timeline(
        family=first.info.family,
        python=first.cell.python,
        kind=first.info.kind,
        span_us=span_us,
        lanes=[lane.until(span_us) for lane in group],
        shortened=span_us < longest,
    )
