"""What is advised, and why, from figures that nobody measured."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from bench.analysis.curves import Curve, CurvePoint
from bench.analysis.statistics import estimate
from bench.core.errors import WrongResult
from bench.core.observation import Cause, Failure, Stage
from bench.core.run import Missing
from bench.core.runner import RUNNERS
from bench.core.user_function import Compared, Own, digest
from bench.execution.user_function_probe import compared_by
from bench.findings.studies.advice import FunctionFacts, leaders, sentences
from bench.planning.studies.advice import Advice, can_run
from bench.planning.study import StudyScope


def way(
    runner: str,
    in_flight: int,
    speedup: float,
    *,
    limit: float | None = None,
    wobble: float = 0.01,
    used: float | None = None,
    blocks: int = 6,
) -> CurvePoint:
    """A model with so many in flight, whose speed-up varies by the ``wobble`` from block to block."""
    rows = pd.DataFrame(
        {
            "block": block,
            "concurrency": in_flight,
            "speedup": speedup * (1 + wobble * (-1) ** block),
            "limit_speedup": limit,
            "own_limit_speedup": limit,
            "cores_used": used,
        }
        for block in range(blocks)
    )
    return Curve("own", "own", "", runner, rows, "concurrency").points("speedup")[0]


def facts(*points: CurvePoint, share: float = 0.5, **changes: object) -> FunctionFacts:
    """Of a call of 20 ms that waits for that share."""
    values: dict[str, object] = {
        "name": "mine.work",
        "seconds": 0.02,
        "waits": 0.02 * share,
        "has_async": False,
        "compared": Compared.ALL,
        "gil": True,
        "effective_cores": estimate([2.0] * 6),
        "threshold": 0.05,
        "points": [way("sync", 1, 1.0), *points],
        "void": {},
    }
    return FunctionFacts(**(values | changes))


def said(*points: CurvePoint, share: float = 0.5, **changes: object) -> str:
    return " ".join(sentences(facts(*points, share=share, **changes)))


def test_the_fastest_is_advised_and_the_simplest_of_those_as_fast() -> None:
    text = said(way("multiprocessing", 16, 15.3), way("threading", 16, 15.0, limit=15.9), share=0.99)
    assert text.startswith("Run mine.work under threading with 16 in flight: 15.0x (14.8–15.2)")
    assert "of a possible 15.9x; tied with multiprocessing" in text
    text = said(way("multiprocessing", 16, 15.3), way("threading", 16, 9.0), share=0.99)
    assert text.startswith("Run mine.work under multiprocessing with 16 in flight")
    assert "tied" not in text


def test_where_nothing_gains_it_stays_in_a_loop() -> None:
    text = said(way("threading", 2, 1.01), way("multiprocessing", 2, 1.1), share=0.0)
    assert text.startswith("Leave mine.work in a plain loop")
    assert leaders(facts(way("threading", 2, 1.01)).at(2), 0.05) == []


def test_each_level_has_its_own_advice() -> None:
    text = said(
        way("threading", 2, 1.9), way("threading", 16, 8.0), way("multiprocessing", 2, 1.95), share=0.9
    )
    assert text.startswith("Run mine.work under threading with 16 in flight")
    assert "With 2 in flight: threading, 1.90x" in text


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (1.0, "It waits: 100 % of the 20 ms of a call"),
        (0.6, "It waits for 60 % of the 20 ms of a call, and computes for the rest"),
        (0.0, "It computes: 100 % of the 20 ms of a call"),
    ],
)
def test_waiting_is_told_from_computing(share: float, words: str) -> None:
    assert words in said(way("threading", 2, 1.9), share=share)


@pytest.mark.parametrize(
    ("share", "in_flight", "used", "cores", "words"),
    [
        (
            0.0,
            2,
            1.0,
            2.0,
            "It holds the GIL while it computes: 2 threads that run it use 1.00 of 2.00 effective",
        ),
        (0.0, 2, 1.95, 2.0, "It releases the GIL while it computes"),
        (0.0, 2, 1.3, 2.0, "is unresolved"),
        (0.0, 2, 1.0, 1.1, "is unknown: the machine gave too few cores"),
        (0.0, 2, 1.0, 1.6, "It holds the GIL while it computes"),
        (0.5, 4, 1.0, 2.0, "It holds the GIL while it computes"),  # its waiting overlaps all the same
        (0.5, 4, 1.9, 2.0, "It releases the GIL while it computes"),
        (0.5, 2, 1.0, 2.0, "is unresolved"),  # two of them have one core's worth of computing
        (1.0, 2, 0.1, 2.0, None),
        (0.0, 2, None, 2.0, None),  # nobody knows the CPU time
    ],
)
def test_the_gil_is_told_by_the_cores_that_threads_use(
    share: float, in_flight: int, used: float | None, cores: float, words: str | None
) -> None:
    threads = way("threading", in_flight, 1.19, used=used)  # its speed-up decides nothing: a loop may be slow
    text = said(threads, share=share, effective_cores=estimate([cores] * 6))
    assert (words in text) if words else ("GIL" not in text)


def test_threads_that_gain_on_one_core_are_not_said_to_compute_together() -> None:
    told = "not by computing at the same time: a call takes less CPU time there"
    assert told in said(way("threading", 2, 1.19, used=1.0), share=0.0)
    assert told not in said(way("threading", 2, 1.02, used=1.0), share=0.0)
    assert told not in said(way("threading", 4, 1.6, used=1.0), share=0.5)  # their waiting overlaps


def test_the_gil_is_told_where_the_most_threads_are() -> None:
    text = said(way("threading", 2, 1.0, used=1.0), way("threading", 16, 1.9, used=1.9), share=0.5)
    assert "It releases the GIL while it computes: 16 threads" in text


def test_a_build_without_a_gil_says_so() -> None:
    assert "This build has no GIL" in said(way("threading", 2, 1.9, used=1.9), share=0.0, gil=False)


def test_a_coroutine_that_blocks_is_named() -> None:
    blocked = way("asyncio", 16, 1.0, limit=15.8)
    assert "blocks the event loop" in said(blocked, share=0.99, has_async=True)
    assert "blocks the event loop" not in said(
        way("asyncio", 16, 15.0, limit=15.8), share=0.99, has_async=True
    )
    assert "blocks the event loop" not in said(blocked, share=0.0, has_async=True)  # it only computes


def test_what_cannot_run_it_and_what_is_not_safe_have_their_reasons() -> None:
    void = {
        "multiprocessing": Missing("", "multiprocessing", "TypeError: cannot pickle '_thread.lock' object"),
        "threading": Failure(0, "", Stage.BATCH, "task 3: it returned 7", Cause.WRONG_RESULT),
    }
    text = said(way("asyncio-to-thread", 2, 1.9), void=void)
    assert "multiprocessing cannot run it: TypeError: cannot pickle '_thread.lock' object." in text
    assert "It is not safe under threading: task 3" in text
    assert said(void=void, points=[]).startswith("No model could run mine.work.")


def test_few_blocks_are_told() -> None:
    assert "(indicative: 3 blocks)" in said(way("threading", 2, 1.9, blocks=3), share=0.0)


def test_unchecked_answers_are_told() -> None:
    assert "they were not compared" in said(way("threading", 2, 1.9), compared=Compared.NONE)
    within = said(way("threading", 2, 1.9), compared=Compared.WITHIN_PROCESS)
    assert "they were compared within each process alone" in within


BY_NAME = {runner.name: runner for runner in RUNNERS.all}


def test_a_coroutine_alone_runs_on_loops_and_one_after_another() -> None:
    alone = Own(async_function="m:f")
    able = {name for name, runner in BY_NAME.items() if can_run(alone, runner)}
    assert {"sync", "asyncio", "multiprocessing", "processes-asyncio"} <= able
    assert not able & {"threading", "asyncio-to-thread", "gevent", "trio", "interpreters"}
    twin = Own(function="m:g", async_function="m:f")
    assert can_run(twin, BY_NAME["threading"])
    assert can_run(twin, BY_NAME["asyncio"])
    assert not can_run(Own(function="m:g"), BY_NAME["asyncio"])


def requests(own: Own, **changes: object) -> list[tuple[str, int, float]]:
    asked = StudyScope([BY_NAME["sync"], BY_NAME["threading"]], 2, True, False, workloads=[own], **changes)
    return [
        (request.runner.name, request.concurrency, request.most_tasks) for request in Advice().cells(asked)
    ]


def test_what_computes_is_measured_on_all_cores_and_what_waits_beyond_them() -> None:
    computes, waits = Own("m:f", seconds=0.01, waits=0.0), Own("m:f", seconds=0.01, waits=0.0099)
    assert [(name, level) for name, level, _ in requests(computes)] == [("sync", 1), ("threading", 2)]
    assert [(name, level) for name, level, _ in requests(waits)] == [
        ("sync", 1),
        ("threading", 2),
        ("threading", 16),
    ]
    assert [(name, level) for name, level, _ in requests(waits, concurrencies=(4,))] == [
        ("sync", 1),
        ("threading", 4),
    ]
    assert Advice().cells(StudyScope(list(BY_NAME.values()), 2, True, False)) == []


def test_calls_are_divided_among_the_cells_and_never_below_a_window() -> None:
    limited = Own("m:f", seconds=0.01, waits=0.0, calls=6000)
    assert [most for _, _, most in requests(limited)] == [495, 491]


def dear(**fields: object) -> list[tuple[str, int, int | None]]:
    own = Own("m:f", **fields)
    asked = StudyScope([BY_NAME["sync"], BY_NAME["threading"]], 2, True, False, workloads=[own])
    return [(request.runner.name, request.concurrency, request.n) for request in Advice().cells(asked)]


def test_few_or_slow_calls_are_made_in_one_wave() -> None:
    assert dear(seconds=0.01, waits=0.01, calls=100) == [("sync", 1, 16), ("threading", 16, 16)]
    assert dear(seconds=0.01, waits=0.01, calls=30) == [("sync", 1, 9), ("threading", 9, 9)]
    assert dear(seconds=2.0, waits=2.0, budget_s=60.0) == [("sync", 1, 1), ("threading", 16, 16)]
    assert dear(seconds=8.0, waits=8.0, budget_s=60.0) == [("sync", 1, 1), ("threading", 5, 5)]
    assert dear(seconds=2.0, waits=0.0, budget_s=60.0) == [("sync", 1, 1), ("threading", 2, 2)]


def test_results_are_compared_by_what_they_hold() -> None:
    assert digest({"a": [1, 2.5]}) == digest({"a": [1, 2.5]}) != digest({"a": [1, 2]})
    assert digest(lambda: None) == ""
    own = Own("m:f", answer=digest(4))
    assert own.compare(4) == int(digest(4), 16)
    with pytest.raises(WrongResult, match="it returned 5, which is not what it returns alone"):
        own.compare(5)
    assert Own("m:f").compare(object) >= 0
    assert Own("m:f", compared=Compared.NONE).check(object, 0) == 0


def test_results_that_differ_between_processes_are_compared_within_each() -> None:
    own = Own("m:f", compared=Compared.WITHIN_PROCESS)
    assert {own.compare((-1, 4)), own.compare((-2, 5)), own.compare((-1, 4))} == {0}
    with pytest.raises(WrongResult, match="it returned 5, which is not what it returned before in the same"):
        own.compare((-1, 5))


def test_results_are_compared_after_the_batch_all_of_the_small_ones_and_some_of_the_large() -> None:
    for size, kept in ((10, 200), (20_000_000, 2)):
        own = Own("m:f", answer=digest(4), result_bytes=size)
        assert sum(callable(own.check(4, i)) for i in range(200)) == kept


def test_a_pickle_that_one_round_trip_changes_is_no_other_result() -> None:
    many = {f"{number}" for number in range(1000)} - {f"{number}" for number in range(900)}
    assert digest(many) == digest(pickle.loads(pickle.dumps(many)))


@pytest.mark.parametrize(
    ("here", "elsewhere", "compared"),
    [
        (["a"], ["a"], Compared.ALL),
        (["a"], ["b"], Compared.WITHIN_PROCESS),
        (["a", "b"], ["a", "b"], Compared.NONE),
        ([""], [""], Compared.NONE),
        (["a"], [], Compared.WITHIN_PROCESS),
    ],
)
def test_which_results_can_be_compared_is_seen_in_two_processes(
    here: list[str], elsewhere: list[str], compared: Compared
) -> None:
    assert compared_by(here, elsewhere) is compared
