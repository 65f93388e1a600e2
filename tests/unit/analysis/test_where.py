"""Where the time went, and when being blocked may be called GIL wait."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.analysis.summary import Summary, summarize
from bench.analysis.where import Share, where
from bench.core.observation import Parts
from bench.core.run import Run
from bench.findings.text.headline import gil_sentence
from tests.made_up import run_of

HALF = Parts(workers=2, on_core_s=1.0, waiting_s=0.0, blocked_s=1.0)
NONE = Parts(workers=2, on_core_s=2.0, waiting_s=0.0, blocked_s=0.0)


def summary_of(*, gil: bool = True, threads: int = 2, shipped: bool = True) -> Summary:
    speedups = {("cpu-python", "threading"): 1.0, ("cpu-python", "multiprocessing"): 1.9}
    run = run_of(speedups | {("cpu-native", "threading"): 1.9, ("sleep", "threading"): 15.0}, gil=gil)
    cells = run.plan.cell

    def parts(key: str) -> Parts:
        blocked = cells[key].runner == "threading" and cells[key].workload != "cpu-native"
        return HALF if blocked else NONE

    seen = [replace(o, parts=parts(o.key), threads_seen=threads) for o in run.observations]
    workloads = [replace(info, shipped=shipped) for info in run.plan.workloads]
    return summarize(Run(replace(run.plan, workloads=workloads), seen, []))


def share(summary: Summary, workload: str, runner: str) -> Share:
    return next(s for s in where(summary) if (s.row.cell.workload, s.row.cell.runner) == (workload, runner))


def test_the_parts_add_up() -> None:
    for found in where(summary_of()):
        assert found.on_core + found.waiting + found.blocked == pytest.approx(1)


def test_threads_that_only_compute_wait_for_the_gil() -> None:
    found = share(summary_of(), "cpu-python", "threading")
    assert found.gil_wait
    assert found.blocked == found.expected_gil_wait == 0.5


@pytest.mark.parametrize(
    ("summary", "workload", "runner"),
    [
        (summary_of(), "sleep", "threading"),  # something else can block
        (summary_of(), "cpu-python", "multiprocessing"),  # a GIL each
        (summary_of(gil=False), "cpu-python", "threading"),  # no GIL
        (summary_of(threads=1), "cpu-python", "threading"),  # nobody to wait for
        (summary_of(shipped=False), "cpu-python", "threading"),  # a lock of the user's own, who knows
    ],
)
def test_where_something_else_can_block_it_is_called_blocked(
    summary: Summary, workload: str, runner: str
) -> None:
    assert not share(summary, workload, runner).gil_wait


def test_the_sentence_says_what_the_gil_cost() -> None:
    assert gil_sentence(summary_of()) == (
        "Threads that compute in Python waited for the GIL 50 % of their time (2 threads sharing one GIL must wait 50 %);"
        " threads that hash in C, 0 %."
    )
    assert gil_sentence(summary_of(gil=False)) == ""


def test_elsewhere_than_linux_there_is_nothing_to_show() -> None:
    assert where(summarize(run_of({("cpu-python", "threading"): 1.0}))) == []
