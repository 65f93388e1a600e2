"""The timelines: what is packed comes out again, every model has the same time, and the size is bounded."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.timelines import (
    LONGEST_US,
    MOST_SPANS,
    MOST_SPANS_IN_ALL,
    MOST_TIMELINES,
    TICK_US,
    Span,
    fair_shares,
    pack,
    rows_of,
    timelines,
)
from bench.core.observation import Window
from bench.core.run import Run
from tests.made_up_page import WORKLOADS, make_run, workload
from tests.made_up_windows import full, with_windows

SPANS = st.lists(
    st.builds(Span, st.integers(0, 10**6), st.integers(0, 10**5), st.integers(0, 5)), max_size=60
).map(sorted)


def unpack(packed: list[int]) -> list[tuple[int, int, int]]:
    """Start, length and row of each span, in ticks, as the page's script reads them."""
    starts = accumulate(packed[0::3])
    return list(zip(starts, packed[1::3], packed[2::3], strict=True))


@given(SPANS)
def test_what_is_packed_comes_out_again(spans: list[Span]) -> None:
    needed, rows = rows_of(spans)
    back = unpack(pack(spans, rows))
    assert [start for start, _, _ in back] == [span.start_us // TICK_US for span in spans]
    assert [start + length for start, length, _ in back] == [span.end_us // TICK_US for span in spans]
    worker_of_row = [worker for worker, many in enumerate(needed) for _ in range(many)]
    assert [worker_of_row[row] for _, _, row in back] == [span.worker for span in spans]


@given(SPANS)
def test_no_span_covers_another_in_its_row(spans: list[Span]) -> None:
    free: dict[int, int] = {}
    for start, length, row in unpack(pack(spans, rows_of(spans)[1])):
        assert start >= free.get(row, 0)
        free[row] = start + length


def test_a_loop_has_a_row_for_each_task_under_way_and_a_thread_has_one() -> None:
    assert rows_of([Span(0, 10, 0), Span(0, 10, 1), Span(10, 5, 0)]) == ([1, 1], [0, 1, 0])
    assert rows_of([Span(0, 10, 0), Span(2, 10, 0), Span(10, 5, 0)]) == ([2], [0, 1, 0])
    assert rows_of([]) == ([], [])


def test_families_with_lanes_for_their_models_and_variants() -> None:
    found = timelines(with_windows(make_run()))
    assert [each.family for each in found.shown] == ["http", "sleep", "cpu-python", "cpu-native", "mixed"]
    http, sleep, *_ = found.shown
    assert {lane.info.client for lane in http.lanes} == {"httpx", "aiohttp"}
    assert {lane.info.name for lane in sleep.lanes} == {"sleep", "blocking"}
    threading = next(lane for lane in sleep.lanes if lane.cell.runner == "threading")
    loop = next(lane for lane in sleep.lanes if lane.cell.runner == "asyncio")
    assert (threading.workers, threading.most_in_flight) == (16, 16)
    assert (loop.workers, loop.most_in_flight) == (1, 16)


def test_every_model_has_the_same_time() -> None:
    run = with_windows(make_run())
    for each in timelines(run).shown:
        assert 0 < each.span_us <= LONGEST_US
        for lane in each.lanes:
            window = next(o.window for o in run.observations if o.key == lane.cell.key and o.window)
            shown = sum(start < each.span_us for start in window.start_us)
            assert len(lane.spans) == shown
            assert max(span.end_us for span in lane.spans) >= each.span_us


def test_the_shortest_batch_sets_the_time() -> None:
    run = with_windows(make_run([workload("sleep", "io")], ("sync", "asyncio")))
    short = Window([0, 20_000], [20_000, 19_995], [0, 0])
    observations = [
        replace(each, n=2, window=short) if each.window and run.plan.cell[each.key].runner == "sync" else each
        for each in run.observations
    ]
    (found,) = timelines(replace(run, observations=observations)).shown
    assert found.span_us == 39_990
    assert not found.shortened


def test_what_was_cut_off_is_known_to_its_last_start_alone() -> None:
    (found,) = timelines(with_windows(make_run(WORKLOADS[2:3], ("sync", "asyncio")), most=3)).shown
    assert found.span_us == 20  # the third of the sixteen that asyncio started: 26 us, in whole ticks


def test_the_size_is_bounded() -> None:
    found = timelines(full(make_run())).shown
    sizes = [sum(len(lane.spans) for lane in each.lanes) for each in found]
    assert max(sizes) <= MOST_SPANS
    assert MOST_SPANS_IN_ALL / 2 < sum(sizes) <= MOST_SPANS_IN_ALL
    assert any(each.shortened for each in found)
    written = sum(len(str(lane.packed).replace(" ", "")) for each in found for lane in each.lanes)
    assert written < 120_000


def test_families_for_which_there_is_no_room_are_named() -> None:
    many = [workload(f"work-{number:02}", "io") for number in range(MOST_TIMELINES + 2)]
    found = timelines(with_windows(make_run(many, ("sync", "asyncio"), blocks=1)))
    assert len(found.shown) == MOST_TIMELINES
    assert found.left_out == ["work-12", "work-13"]


@pytest.mark.parametrize(
    "run",
    [
        make_run(),
        make_run(blocks=0),
        with_windows(make_run(runners=("sync",))),
        with_windows(make_run([workload("null", "none")])),
        with_windows(make_run(), most=0),
        with_windows(make_run(), most=1),
    ],
    ids=["no windows", "empty", "one model", "no work", "empty windows", "no time"],
)
def test_nothing_to_compare(run: Run) -> None:
    assert timelines(run).shown == []


def test_shares_are_fair() -> None:
    assert fair_shares([10, 20], 100) == [10, 20]
    assert fair_shares([100, 10, 100], 110) == [50, 10, 50]
    assert fair_shares([], 100) == []
    assert fair_shares([5, 5], 1) == [0, 1]
