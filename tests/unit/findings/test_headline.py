"""What is said follows from the figures."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bench.analysis.statistics import Estimate
from bench.analysis.summary import summarize
from bench.core.observation import Failure, Stage
from bench.core.run import Missing, Run
from bench.findings.collect import Build, collect
from bench.findings.text.headline import headline, tiles
from bench.findings.text.notes import PROMINENT, notes
from tests.made_up import cell_of, plan_of, run_of

IO = {("sleep", "threading"): 15.5, ("sleep", "multiprocessing"): 15.0, ("sleep", "asyncio"): 15.8}
CPU = {
    ("cpu-python", "threading"): 1.0,
    ("cpu-python", "multiprocessing"): 1.95,
    ("cpu-python", "asyncio"): 0.99,
}


WAITED, PYTHON = "Waiting, 16 at once: ", "Computing in Python on 2 cores: "
HELD = "because the GIL lets only one run at a time"


@pytest.mark.parametrize(
    ("speedups", "claims"),
    [
        (
            IO | CPU,
            [
                f"{WAITED}asyncio, threads and processes each did 15 to 16 tasks in the time of one.",
                f"{PYTHON}2 threads (1.00x) and asyncio (0.99x) gained nothing, {HELD}; 2 processes gained 1.95x.",
            ],
        ),
        (
            {("sleep", "threading"): 4.0, ("sleep", "asyncio"): 15.0},
            [f"{WAITED}asyncio did 15 tasks in the time of one, threads 4."],
        ),
        (
            {
                ("file[open]", "threading"): 1.5,
                ("file[aiofiles]", "asyncio"): 0.7,
                ("sqlite[aiosqlite]", "asyncio"): 0.5,
            },
            [
                "file: threading with open was fastest, at 1.50x (1.50–1.50) the speed of a plain loop.",
                "sqlite: no model was shown to be faster than a plain loop (asyncio with aiosqlite at 0.50x (0.50–0.50)).",
            ],
        ),
        (
            {("subprocess", "asyncio"): 1.5, ("sleep", "asyncio"): 15.0},
            [f"{WAITED}asyncio did 15 tasks in the time of one."],
        ),
        ({("sleep", "asyncio"): 15.0}, [f"{WAITED}asyncio did 15 tasks in the time of one."]),
        (
            {("sleep", "asyncio"): 1.0, ("sleep", "threading"): 1.0},
            [f"{WAITED}threads (1.00x) and asyncio (1.00x) gained nothing."],
        ),
        (
            {("cpu-python", "threading"): 1.0, ("cpu-python", "asyncio"): 0.9},
            [f"{PYTHON}2 threads (1.00x) and asyncio (0.90x) gained nothing, {HELD}."],
        ),
        (
            {("cpu-python", "threading"): [1.0, 1.4] * 4, ("cpu-python", "multiprocessing"): 1.9},
            [f"{PYTHON}2 processes gained 1.90x; undecided: 2 threads (1.18x)."],
        ),
        (
            {("cpu-native", "threading"): 1.9, ("cpu-native", "asyncio"): 1.0},
            ["Computing in C that releases the GIL: asyncio (1.00x) gained nothing; 2 threads gained 1.90x."],
        ),
    ],
)
def test_headlines(speedups: dict, claims: list[str]) -> None:
    assert headline(collect(run_of(speedups)).builds) == claims


def test_without_the_gil_threads_gain_too() -> None:
    run = run_of({("cpu-python", "threading"): 1.9, ("cpu-python", "multiprocessing"): 1.95}, gil=False)
    (claim,) = headline(collect(run).builds)
    assert claim == f"{PYTHON}2 processes gained 1.95x, 2 threads 1.90x, as there is no GIL."


def test_few_blocks_are_told_in_the_headline() -> None:
    (claim,) = headline(collect(run_of({("sleep", "asyncio"): 15.0}, blocks=3)).builds)
    assert claim == f"{WAITED}asyncio did 15 tasks in the time of one (indicative: 3 blocks)."


def test_a_machine_that_gave_few_cores_is_told_of_in_the_headline() -> None:
    build = collect(run_of(CPU)).builds[0]
    few = replace(build.summary, effective_cores=Estimate(1.1, 1.05, 1.2, 0.96, 8))
    (claim,) = headline([Build(few)])
    assert claim.startswith("Computing in Python on 2 cores that delivered 1.10: ")
    assert any("1.10 effective cores (1.05–1.20) of 2" in note for note in notes([few], PROMINENT))
    assert "that delivered" not in headline([build])[0]


def test_only_sync_has_nothing_to_compare() -> None:
    sync = cell_of("sleep", "sync")
    run = run_of({("sleep", "asyncio"): 15.0})
    alone = Run(plan_of([sync]), [o for o in run.observations if o.key == sync.key], [])
    assert headline(collect(alone).builds) == ["Only sync was measured: there is nothing to compare it with."]
    assert headline(collect(Run(plan_of([sync]), [], [])).builds) == ["Nothing was measured."]


def test_few_blocks_are_said_to_be_indicative() -> None:
    assert summarize(run_of(IO, blocks=3)).indicative
    assert not summarize(run_of(IO, blocks=8)).indicative


def test_tiles_name_the_best_of_each_kind_of_work_and_what_the_others_did() -> None:
    shown = [(tile.title, tile.who, tile.figure, tile.note) for tile in tiles(summarize(run_of(IO | CPU)))]
    assert shown == [
        (
            "Waiting for I/O",
            "a tie of 2",
            "15.8x",
            "asyncio 15.8x, threading 15.5x; others: multiprocessing 15.0x",
        ),
        ("Computing in Python", "multiprocessing", "1.95x", "Others: threading 1.00x, asyncio 0.99x"),
    ]


def test_a_tie_is_called_one_and_no_gain_is_no_win() -> None:
    wobbling = [15.0, 14.0, 16.0, 15.0, 14.5, 15.5, 15.0, 15.0]
    run = run_of(
        {("sleep", "threading"): 15.0, ("sleep", "asyncio"): wobbling, ("cpu-python", "threading"): 1.0}
    )
    assert [tile.who for tile in tiles(summarize(run))] == ["a tie of 2", "no model gains"]


def test_what_is_missing_and_what_failed_is_said() -> None:
    run = run_of(IO)
    key = run.plan.cells[0].key
    plan = plan_of(run.plan.cells, missing=[Missing("mongo[motor]", "", "it needs motor: pip install motor")])
    said = notes([summarize(Run(plan, run.observations, [Failure(0, key, Stage.BATCH, "task 3: it broke")]))])
    assert "mongo[motor] is not available: it needs motor: pip install motor." in said
    assert "1 cell failed and is left out: sleep under sync (batch: task 3: it broke)." in said


def test_processes_that_gain_nothing_are_not_blamed_on_the_gil() -> None:
    both = {("cpu-python", "threading"): 1.0, ("cpu-python", "multiprocessing"): 0.97}
    build = collect(run_of(both)).builds[0]
    assert headline([build]) == [f"{PYTHON}2 threads (1.00x) and 2 processes (0.97x) gained nothing."]
    few = replace(build.summary, effective_cores=Estimate(1.1, 1.05, 1.2, 0.96, 8))
    (claim,) = headline([Build(few)])
    assert claim.endswith("gained nothing, because the machine provided too few cores.")
