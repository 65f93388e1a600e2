"""What each way holds of the items that it works through."""

from __future__ import annotations

import sys

import pytest

from bench.planning.studies.backpressure import BUFFERED, BUFFERSIZE
from bench.planning.studies.backpressure import WAYS as PLANNED
from bench.worker.procedures.backpressure import WAYS, through

ITEMS, LIMIT = 500, 20
HERE = [way for way in WAYS if way != BUFFERED or sys.version_info >= BUFFERSIZE]
BOUNDED = {"TaskGroup + semaphore", "queue + workers", BUFFERED}
ALL_AT_ONCE = {"gather", "as_completed"}  # the work, too


def test_the_study_asks_for_the_ways_that_there_are() -> None:
    assert list(PLANNED) == list(WAYS)


@pytest.mark.parametrize("way", HERE)
def test_a_bounded_way_holds_few_items_and_another_all(way: str) -> None:
    flow = through(WAYS[way], ITEMS, LIMIT)
    assert flow.given == ITEMS
    assert flow.held <= 2 * LIMIT + 1 if way in BOUNDED else flow.held == ITEMS
    assert flow.most_running == ITEMS if way in ALL_AT_ONCE else flow.most_running <= LIMIT
    assert flow.first_s > 0
