"""Who ran when, against known answers. Turns are as long as the switch interval; processes take none."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bench.core.cores import affine_cores
from bench.core.observation import Observation
from workloads.turns import Pieces

Observe = Callable[..., Observation]
ATTEMPTS = 5


def turns(
    observe: Observe, runner: str, work: str = "python", lasts: float = 0.12, **options: object
) -> Observation:
    return observe(Pieces(work, lasts), runner, concurrency=2, n=2, procedure="turns", options=options)


@pytest.mark.alone
@pytest.mark.parametrize("interval_ms", [1, 5, 20])
def test_turns_of_threads_last_about_the_switch_interval(observe: Observe, interval_ms: int) -> None:
    for _ in range(ATTEMPTS):
        seen = turns(observe, "threading", lasts=0.03 * interval_ms, switch_interval_ms=interval_ms)
        if not seen.gil:
            pytest.skip("this build has no GIL")
        assert seen.figures["switch_s"] == pytest.approx(interval_ms / 1e3)
        if 0.8 < seen.figures["turn_s"] * 1e3 / interval_ms < 1.6 and 0.4 < seen.figures["ran"] < 0.6:
            return
    if seen.figures["queued"] > 0.1:
        pytest.skip("something else has the cores now")
    pytest.fail(f"turns of {seen.figures['turn_s'] * 1e3:.2f} ms, {seen.figures}")


@pytest.mark.alone
@pytest.mark.skipif(affine_cores() < 2, reason="one core runs one thing at a time")
@pytest.mark.parametrize(("runner", "work"), [("multiprocessing", "python"), ("threading", "hash")])
def test_processes_and_threads_in_c_take_none(observe: Observe, runner: str, work: str) -> None:
    """But for moments in which something else had their core: those are not counted against them."""
    found = []
    for _ in range(ATTEMPTS):
        figures = turns(observe, runner, work).figures
        found.append(figures["ran"] + figures["queued"])
        if found[-1] > 0.85:
            return
    pytest.fail(f"they ran or waited for a core {found}")


@pytest.mark.parametrize("runner", ["threading", "multiprocessing", "asyncio"])
@pytest.mark.parametrize("work", ["python", "hash", "wait"])
def test_each_worker_has_a_lane_of_spans_in_order(observe: Observe, runner: str, work: str) -> None:
    seen = turns(observe, runner, work, lasts=0.02)
    assert len(seen.lanes) == 2
    assert seen.figures["turns"] == sum(len(lane.ran_us) for lane in seen.lanes)
    for lane in seen.lanes:
        ends = [start + length for start, length in zip(lane.ran_from_us, lane.ran_us, strict=True)]
        assert all(end <= start + 1 for end, start in zip(ends, lane.ran_from_us[1:], strict=False))
        assert min(lane.ran_from_us) >= 0


def test_tasks_of_a_loop_compute_one_after_the_other(observe: Observe) -> None:
    first, second = turns(observe, "asyncio", lasts=0.03).lanes
    assert first.ran_from_us[-1] + first.ran_us[-1] <= second.ran_from_us[0] + 1


def test_threads_that_wait_need_the_gil_for_moments_only(observe: Observe) -> None:
    seen = turns(observe, "threading", "wait")
    assert seen.figures["ran"] < 0.1
    one, other = seen.lanes
    assert abs(one.ran_from_us[0] - other.ran_from_us[0]) < 15_000  # they began together
