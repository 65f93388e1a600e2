"""What is said follows from the figures."""

from __future__ import annotations

import pytest

from bench.analysis.summary import summarize
from bench.core.records import Failure, Missing, Run, Stage
from bench.findings.collect import collect
from bench.findings.text.headline import cpu_sentence, headline, tiles
from bench.findings.text.notes import notes
from tests.made_up import cell_of, plan_of, run_of

IO = {("sleep", "threading"): 15.5, ("sleep", "multiprocessing"): 15.0, ("sleep", "asyncio"): 15.8}
CPU = {
    ("cpu-python", "threading"): 1.0,
    ("cpu-python", "multiprocessing"): 1.95,
    ("cpu-python", "asyncio"): 0.99,
}


@pytest.mark.parametrize(
    ("speedups", "claims"),
    [
        (
            IO | CPU,
            [
                "For I/O-bound work, any concurrency wins: up to 15.8x.",
                "For CPU-bound Python, only multiprocessing wins: 1.95x.",
            ],
        ),
        (
            {("sleep", "threading"): 4.0, ("sleep", "asyncio"): 15.0},
            ["For I/O-bound work, asyncio wins: 15.0x."],
        ),
        ({("sleep", "asyncio"): 15.0}, ["For I/O-bound work, asyncio is 15.0x as fast as a plain loop."]),
        (
            {("sleep", "asyncio"): 1.0, ("sleep", "threading"): 1.0},
            ["For I/O-bound work, no model was shown to beat a plain loop."],
        ),
        (
            {("cpu-python", "threading"): 1.0, ("cpu-python", "asyncio"): 0.9},
            ["For CPU-bound Python, no model was shown to beat a plain loop."],
        ),
    ],
)
def test_headlines(speedups: dict, claims: list[str]) -> None:
    assert headline(collect(run_of(speedups)).builds) == claims


def test_models_that_cannot_be_told_apart_share_the_headline() -> None:
    wobbling = [15.0, 14.0, 16.0, 15.0, 14.5, 15.5, 15.0, 15.0]
    run = run_of(
        {("sleep", "threading"): 15.0, ("sleep", "asyncio"): wobbling, ("sleep", "multiprocessing"): 3.0}
    )
    assert headline(collect(run).builds) == ["For I/O-bound work, asyncio and threading win: 15.0x."]


def test_without_the_gil_threads_win_too() -> None:
    run = run_of({("cpu-python", "threading"): 1.9, ("cpu-python", "multiprocessing"): 1.95}, gil=False)
    (claim,) = headline(collect(run).builds)
    assert claim == "For CPU-bound Python, threads win too without the GIL: up to 1.95x."
    assert cpu_sentence(summarize(run)).startswith("With the GIL off")


def test_only_sync_has_nothing_to_compare() -> None:
    sync = cell_of("sleep", "sync")
    run = run_of({("sleep", "asyncio"): 15.0})
    alone = Run(plan_of([sync]), [o for o in run.observations if o.key == sync.key], [])
    assert headline(collect(alone).builds) == ["Only sync was measured: there is nothing to compare it with."]
    assert headline(collect(Run(plan_of([sync]), [], [])).builds) == ["Nothing was measured."]


def test_few_blocks_are_said_to_be_indicative() -> None:
    assert summarize(run_of(IO, blocks=3)).indicative
    assert not summarize(run_of(IO, blocks=8)).indicative


def test_tiles_name_the_best_and_what_gains_nothing() -> None:
    shown = [(tile.title, tile.runner, tile.figure) for tile in tiles(summarize(run_of(IO | CPU)))]
    assert shown == [
        ("Fastest for I/O-bound work", "asyncio", "15.8x"),
        ("Fastest for CPU-bound Python", "multiprocessing", "1.95x"),
        ("No gain for CPU-bound Python", "asyncio", "0.99x"),
    ]


def test_what_is_missing_and_what_failed_is_said() -> None:
    run = run_of(IO)
    key = run.plan.cells[0].key
    plan = plan_of(run.plan.cells, missing=[Missing("mongo[motor]", "", "it needs motor: pip install motor")])
    said = notes([summarize(Run(plan, run.observations, [Failure(0, key, Stage.BATCH, "task 3: it broke")]))])
    assert "mongo[motor] is not available: it needs motor: pip install motor." in said
    assert "1 cell failed and is left out: sleep under sync (batch: task 3: it broke)." in said
