"""Which cells of studies are tried out first, and how long they are taken to last."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.core.runner import RUNNERS
from bench.planning.sizing import Pilot, size
from bench.planning.study import CellRequest
from bench.planning.trials import Trials
from workloads.http_fetch import Httpx
from workloads.sleep import Sleep

(THREADING,) = RUNNERS.find(["threading"])
SIZED = CellRequest(Sleep(), THREADING, 4, n=100, expected_s=2.0)


@pytest.mark.parametrize(
    ("wanted", "tried"),
    [
        (SIZED, False),
        (replace(SIZED, n=None), True),
        (replace(SIZED, expected_s=None), True),
        (replace(SIZED, workload=Httpx()), True),  # its service may not work here
    ],
)
def test_a_cell_is_tried_out_to_be_sized_or_because_of_its_service(wanted: CellRequest, tried: bool) -> None:
    assert wanted.needs_pilot is tried
    assert Trials({}, {}, []).runs(wanted) is not tried


def test_an_open_loop_lasts_longer_the_less_it_is_loaded() -> None:
    def seconds(load: float) -> float:
        request = replace(SIZED, n=1000, expected_s=None, options={"load": load})
        return size(request, Pilot(0.02, 0.001), python="3.11", cores=2, gil=True).seconds

    assert seconds(0.5) > 1.5 * seconds(0.9)
