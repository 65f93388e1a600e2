"""The cells that studies want."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.core.runner import RUNNERS
from bench.planning.study import STUDIES, Study, StudyScope

LADDER = STUDIES.get("ladder")
CORE = tuple(runner for runner in RUNNERS.all if runner.core)
ASKED = StudyScope(runners=CORE, cores=2, gil=True, quick=False)


@pytest.mark.parametrize("each", STUDIES.all, ids=lambda each: each.name)
def test_the_cells_of_a_study_differ_from_each_other(each: Study) -> None:
    requests = each.cells(ASKED)
    seen = {
        (request.workload, request.runner.name, request.concurrency, str(request.options))
        for request in requests
    }
    assert len(seen) == len(requests)
    assert all(request.runner.flavour in request.workload.flavours for request in requests)
    assert not any(request.runner.one_at_a_time and request.concurrency > 1 for request in requests)


@pytest.mark.parametrize("each", STUDIES.all, ids=lambda each: each.name)
def test_a_study_does_with_the_runners_that_are_there(each: Study) -> None:
    for runner in CORE:
        asked = replace(ASKED, runners=(runner,))
        assert {request.runner.name for request in each.cells(asked)} <= {runner.name}


def test_rungs_that_take_long_are_left_to_the_study_alone() -> None:
    alone, in_all = (
        {str(request.options["rung"]) for request in LADDER.cells(asked)}
        for asked in (ASKED, replace(ASKED, quick=True))
    )
    assert in_all < alone
    assert alone - in_all == {name for name in alone if "a process with" in name}
