"""What is made of the moments at which pieces of work ended, and what is said of it."""

from __future__ import annotations

from array import array
from dataclasses import replace

import pytest

from bench.analysis.summary import summarize
from bench.core.cell import Cell, Spec
from bench.core.observation import Observation, WorkerLane
from bench.core.run import Run
from bench.findings.answer import Lanes
from bench.findings.studies.turns import answer, panels
from bench.report.html.charts import lanes as chart
from bench.report.terminal.study import shares
from tests.made_up import plan_of
from workloads.turns import spans

US = 1_000
USUAL, LONGEST = 50 * US, 250 * US


def moments(*runs_us: tuple[int, int]) -> array[int]:
    """When pieces of 50 us ended, back to back from one moment to another."""
    return array("q", [t * US for start, end in runs_us for t in range(start + 50, end + 1, 50)])


def test_pieces_back_to_back_are_one_span() -> None:
    assert spans(moments((0, 5000)), {}, 0, USUAL, LONGEST) == ([(0, 5_000_000)], [])


def test_a_gap_ends_a_span_and_the_next_begins_with_its_piece() -> None:
    ran, queued = spans(moments((0, 5000), (10_000, 15_000)), {}, 0, USUAL, LONGEST)
    assert ran == [(0, 5_000_000), (10_000_000, 15_000_000)]
    assert queued == []


@pytest.mark.parametrize(("waited_us", "for_core"), [(4_900, True), (1_000, False)])
def test_what_the_run_queue_explains_was_waiting_for_a_core(waited_us: int, for_core: bool) -> None:
    ended = moments((0, 5000), (10_000, 15_000))
    _, queued = spans(ended, {100: waited_us * US}, 0, USUAL, LONGEST)
    assert queued == ([(5_000_000, 10_000_000)] if for_core else [])


def lane(*runs_ms: tuple[float, float]) -> WorkerLane:
    return WorkerLane([round(s * 1e3) for s, _ in runs_ms], [round((e - s) * 1e3) for s, e in runs_ms])


TURNS = [
    lane(*((10 * k, 10 * k + 5) for k in range(12))),
    lane(*((10 * k + 5, 10 * k + 10) for k in range(12))),
]
BESIDE = [lane((0, 120)), lane((0.3, 120))]
AFTER = [lane((0, 60)), lane((60, 120))]
WAITS = [lane(*((20 * k, 20 * k + 0.06) for k in range(6)))] * 2


def run_with(*cells: tuple[str, str, list[WorkerLane]], gil: bool = True) -> Run:
    plan, seen = [], []
    for runner, work, lanes in cells:
        cell = Cell(
            "3.11", "turns", Spec("workloads.turns:Pieces", {"work": work}), runner, 2, 2, study="turns"
        )
        plan.append(replace(cell, procedure="turns"))
        lengths = sorted(length for each in lanes for length in each.ran_us)
        figures = {
            "turns": float(len(lengths)),
            "turn_s": lengths[len(lengths) // 2] / 1e6,
            "ran": sum(lengths) / 240_000 if work != "python" or runner != "asyncio" else 1.0,
            "queued": 0.0,
            "switch_s": 0.005,
        }
        seen.append(
            Observation(0, plan[-1].key, 1e9, wall_s=0.12, n=2, gil=gil, figures=figures, lanes=lanes)
        )
    return Run(plan_of(plan), seen, [])


ALL = (
    ("threading", "python", TURNS),
    ("multiprocessing", "python", BESIDE),
    ("threading", "hash", BESIDE),
    ("asyncio", "python", AFTER),
    ("threading", "wait", WAITS),
)


def test_what_is_said_of_threads_that_take_turns() -> None:
    found = answer(summarize(run_with(*ALL)))
    assert found is not None
    (first,) = found.sentences
    assert first == (
        "2 threads that compute in Python took 24 turns of 5.0 ms: each ran 50 % of the time. The GIL lets only one run at a time."
    )
    others = [picture.see for picture in found.pictures[1:]]
    beside = "Side by side: each ran 100 % of the time."
    assert others[:3] == [beside, beside, "One after the other, each until it is done."]


def test_without_a_gil_threads_run_side_by_side() -> None:
    found = answer(summarize(run_with(("threading", "python", BESIDE), gil=False)))
    assert found is not None
    assert (
        found.sentences[0] == "2 threads that compute in Python ran side by side: each ran 100 % of the time."
    )


def test_panels_know_what_they_show() -> None:
    shown = panels(summarize(run_with(*ALL)))
    assert [panel.takes_turns for panel in shown] == [True, False, False, False, False]
    assert [panel.gap for panel in shown] == [
        "waiting for the GIL", "not running", "not running", "not running", "waiting for I/O"
    ]  # fmt: skip


def test_a_chart_has_a_bar_for_each_span_and_the_length_of_one() -> None:
    found = answer(summarize(run_with(*ALL)))
    assert found is not None
    drawn = [str(chart.draw(picture, "words")) for picture in found.pictures if isinstance(picture, Lanes)]
    assert drawn[0].count('class="part-core"') == 1 + 24  # the legend's
    assert ">5.0 ms<" in drawn[0]
    assert drawn[1].count('class="part-core"') == 1 + 2


def test_characters_cover_the_time() -> None:
    assert shares([0, 50], [25, 50], 100, 4) == [1.0, 0.0, 1.0, 1.0]
    assert shares([10], [10], 100, 1) == [0.1]
