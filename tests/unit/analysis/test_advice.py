"""What is advised, and why, from figures that nobody measured."""

from __future__ import annotations

import math
import pickle
import random
from dataclasses import replace

import pandas as pd
import pytest

from bench.analysis.advice_stopping import advice_settled, is_far_behind, is_over
from bench.analysis.curves import Curve, CurvePoint
from bench.analysis.statistics import estimate
from bench.analysis.verdicts import GAINS
from bench.core.digest import digest
from bench.core.errors import WrongResult
from bench.core.observation import Cause, Failure, Stage
from bench.core.run import Missing, Run
from bench.core.runner import RUNNERS
from bench.core.user_function import Compared, Own
from bench.execution.user_function_probe import compared_by
from bench.findings.advice.caps import Cap, plateau
from bench.findings.advice.facts import FunctionFacts
from bench.findings.advice.rules import Action, advised, leaders
from bench.findings.text.advice import sentences
from bench.planning.sizing import STEADY_WAVES
from bench.planning.studies.advice import Advice, can_run
from bench.planning.study import StudyScope
from tests.made_up import cell_of, observation_of, plan_of
from tests.made_up_builds import FREE, GIL, NOW, THEN


def way(
    runner: str,
    in_flight: int,
    speedup: float,
    *,
    limit: float | None = None,
    wobble: float = 0.01,
    used: float | None = None,
    cpu: float | None = None,
    blocks: int = 6,
    **options: object,
) -> CurvePoint:
    """A model with so many in flight, whose speed-up varies by the ``wobble`` from block to block."""
    rows = pd.DataFrame(
        {
            "block": block,
            "model": runner.partition(" ")[0].strip(","),
            "concurrency": in_flight,
            "speedup": speedup * (1 + wobble * (-1) ** block),
            "limit_speedup": limit,
            "own_limit_speedup": limit,
            "cores_used": used,
            "tasks_per_s": speedup / 0.02,
            "cpu_per_task_s": cpu,
            **options,
        }
        for block in range(blocks)
    )
    return Curve("own", "own", "", runner, rows, "concurrency").points("speedup")[0]


def curve_of(runner: str, ratios: list[float]) -> CurvePoint:
    """A model with these speed-ups, block by block."""
    rows = pd.DataFrame({"block": range(len(ratios)), "concurrency": 2, "speedup": ratios})
    return Curve("own", "own", "", runner, rows, "concurrency").points("speedup")[0]


def facts(*points: CurvePoint, share: float = 0.5, **changes: object) -> FunctionFacts:
    """Of a call of 20 ms that waits for that share."""
    own = {"function": "m:f", "seconds": 0.02, "waits": 0.02 * share, "cpu": 0.02 * (1 - share)}
    own |= {name: changes.pop(name) for name in [*changes] if name in Own.__dataclass_fields__}
    values: dict[str, object] = {
        "name": "mine.work",
        "own": Own(**own),
        "gil": True,
        "effective_cores": estimate([2.0] * 6),
        "threshold": 0.05,
        "points": [way("sync", 1, 1.0), *points],
        "void": {},
        "void_from": {},
        "in_process": frozenset({"threading", "asyncio", "asyncio-to-thread", "sync"}),
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


def test_small_differences_in_few_blocks_do_not_lead_away_from_the_simplest() -> None:
    ways = way("multiprocessing", 16, 15.3, blocks=1), way("threading", 16, 13.0, blocks=1)
    assert said(*ways, share=0.99).startswith("Run mine.work under threading with 16 in flight: 13.1x")


def test_a_coroutine_that_only_computes_is_not_said_to_block() -> None:
    found = facts(way("multiprocessing", 2, 1.9), share=0.0, cpu=0.018, held=0.0215, **ALONE)
    assert advised(found).action is Action.RUN


def test_a_coroutine_stays_on_a_loop_unless_something_else_is_far_better() -> None:
    text = said(way("asyncio", 16, 13.5), way("threading", 16, 15.5), share=0.99, **ALONE)
    assert text.startswith("Run mine.work under asyncio with 16 in flight")
    text = said(way("asyncio", 16, 5.0), way("processes-asyncio", 16, 9.5), share=0.6, **ALONE)
    assert text.startswith("Run mine.work under processes-asyncio")


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
        (0.6, "It waits for 60 % of the 20 ms of a call and computes for the rest"),
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
        (0.0, 2, 1.0, 1.1, "is unknown: the machine provided too few cores"),
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
    told = "not by computing in parallel: a call takes less CPU time there"
    assert told in said(way("threading", 2, 1.19, used=1.0), share=0.0)
    assert told not in said(way("threading", 2, 1.02, used=1.0), share=0.0)
    assert told not in said(way("threading", 4, 1.6, used=1.0), share=0.5)  # their waiting overlaps


def test_the_gil_is_told_where_the_most_threads_are() -> None:
    text = said(way("threading", 2, 1.0, used=1.0), way("threading", 16, 1.9, used=1.9), share=0.5)
    assert "It releases the GIL while it computes: 16 threads" in text


def test_a_build_without_a_gil_says_so() -> None:
    assert "This build has no GIL" in said(way("threading", 2, 1.9, used=1.9), share=0.0, gil=False)


ALONE = {"function": "", "async_function": "m:f"}


def test_a_coroutine_that_blocks_wholly_is_made_a_plain_function_in_threads() -> None:
    blocked = way("asyncio", 16, 1.0, limit=15.8), way("threading", 16, 15.6, limit=15.9)
    beside = way("multiprocessing", 16, 15.8)
    text = said(*blocked, beside, share=0.99, held=0.02, **ALONE)
    assert text.startswith("Make mine.work a plain function (`def` instead of `async def`) and run it in")
    assert "16 threads are 15.6x" in text
    assert "it blocks the event loop for the whole call, so that 16 in flight run at 1.00x" in text
    assert "multiprocessing" not in text
    awaits = said(way("asyncio", 16, 15.0, limit=15.8), share=0.99, held=0.0002, **ALONE)
    assert "blocks" not in awaits
    assert "blocks" not in said(blocked[0], share=0.0, held=0.02, **ALONE)  # it only computes
    twin = said(*blocked, share=0.99, held=0.02, async_function="m:g")
    assert twin.startswith("Run mine.work under threading with 16")
    assert "Its async form blocks the event loop" in twin
    assert "16 in flight run at 1.00x, because it waits without await." in twin


def test_a_coroutine_that_holds_the_loop_for_a_part_says_how_many_calls_that_allows() -> None:
    text = said(way("asyncio", 16, 3.9, limit=15.8), share=0.99, held=0.005, **ALONE)
    assert text.startswith("Move what blocks off mine.work's event loop, with `await asyncio.to_thread")
    assert "holds the loop for 5.0 ms of each call of 20 ms" in text
    assert "no more than 200 calls a second" in text
    at_line = said(share=0.99, held=0.005, loop_line="/a/b/app.py:12 in fetch", **ALONE)
    assert (
        "holds the loop for 5.0 ms of each call of 20 ms, mostly at app.py:12 in fetch, so one loop"
        in at_line
    )


def test_a_coroutine_that_computes_on_its_loop_says_where_and_how_many_calls_that_allows() -> None:
    ways = way("asyncio", 16, 1.9, limit=2.0), way("processes-asyncio", 16, 3.8)
    text = said(*ways, share=0.5, held=0.01, loop_line="/a/b/app.py:12 in fetch", **ALONE)
    assert "It computes on the event loop for 10 ms of each call, mostly at app.py:12 in fetch" in text
    assert "one loop can do no more than 100 calls a second" in text
    assert "on the event loop" not in said(*ways, share=0.5, held=0.01)


def test_figures_of_a_call_are_those_of_one_of_a_group() -> None:
    text = said(way("asyncio", 16, 3.9), share=0.99, held=0.005, group=4, **ALONE)
    assert "holds the loop for 1.2 ms of each call of 5.0 ms" in text
    assert "no more than 800 calls a second" in text
    assert "It waits: 99 % of the 5.0 ms of a call" in text


def capped(runner: str, height: float, **changes: object) -> FunctionFacts:
    """16 in flight and 64 do no more than so many at once; processes do."""
    ways = [way(runner, many, height, limit=float(many), used=0.1) for many in (16, 64)]
    return facts(*ways, way("multiprocessing", 16, 15.8), share=0.99, **changes)


@pytest.mark.parametrize(
    ("runner", "height", "changes", "cap", "words"),
    [
        ("asyncio", 6.0, {"executor": 6, **ALONE}, Cap.EXECUTOR, "Enlarge the event loop's default executor"),
        ("asyncio", 6.0, ALONE, Cap.LIMIT, "Run mine.work under asyncio with 6 in flight"),
        ("asyncio", 5.0, {"executor": 32, **ALONE}, Cap.LIMIT, "Is that limit intended?"),
        (
            "asyncio",
            1.0,
            ALONE,
            Cap.LOCK,
            "Leave mine.work in a plain loop unless whatever serialises it can go",
        ),
        ("threading", 1.0, {}, Cap.LOCK, "is the lock meant to be held for a whole call?"),
        ("threading", 5.0, {}, Cap.LIMIT, "processes would each have their own limit"),
    ],
)
def test_a_cap_is_found_and_named_and_processes_do_not_go_round_it(
    runner: str, height: float, changes: dict[str, object], cap: Cap, words: str
) -> None:
    found = capped(runner, height, **changes)
    plain = plateau(found)
    assert plain is not None
    assert (plain.cap, plain.calls) == (cap, height)
    text = " ".join(sentences(found))
    assert words in text
    assert "multiprocessing" not in text


def test_a_limit_of_40_is_that_of_anyio_where_it_is_loaded() -> None:
    ways = way("asyncio", 16, 16.0, limit=16.0, used=0.1), way("asyncio", 64, 39.5, limit=63.0, used=0.2)
    found = facts(*ways, share=0.99, anyio=True, **ALONE)
    assert " ".join(sentences(found)).startswith("Raise anyio's limit of 40 threads")
    assert plateau(facts(*ways, share=0.99, **ALONE)) is None  # one point may be slow for many reasons
    # What a call computes may be done in the pool, too: then fewer than 40 wait at a time.
    slower = way("asyncio", 16, 15.9, limit=16.0, used=0.1), way("asyncio", 64, 35.6, limit=63.0, used=0.2)
    found = plateau(facts(*slower, share=0.93, anyio=True, **ALONE))
    assert found
    assert found.cap is Cap.ANYIO


def test_a_known_pool_is_seen_while_its_threads_use_much_of_a_core() -> None:
    full = [way("asyncio", n, min(n, 38.0), limit=0.99 * n, used=0.7) for n in (16, 64)]
    found = plateau(facts(*full, share=0.95, anyio=True, async_function="m:g"))
    assert found is not None
    assert found.cap is Cap.ANYIO
    assert plateau(facts(*full, share=0.95, async_function="m:g")) is None
    full = [way("asyncio", n, min(n, 38.0), limit=0.99 * n, used=0.95) for n in (16, 64)]
    assert plateau(facts(*full, share=0.95, anyio=True, async_function="m:g")) is None  # its loop is full


def test_what_computes_has_no_plateau() -> None:
    assert plateau(facts(way("threading", 2, 1.0, limit=2.0, used=1.0), share=0.0)) is None
    busy = [way("threading", many, 2.0, limit=8.0, used=1.0) for many in (16, 64)]
    assert plateau(facts(*busy, share=0.6)) is None


def test_what_shares_the_cores_by_itself_says_so() -> None:
    beside = way("threading", 2, 1.0, used=1.9)
    assert "One call uses 1.9 cores by itself" in said(beside, share=0.0, cpu=0.038)
    children = said(beside, share=0.0, cpu=0.019, children=0.018)
    assert "Its child processes compute: 18 ms of CPU time per call" in children
    assert "GIL" not in children
    slowed = [way("sync", 1, 1.0, cpu=0.02), way("multiprocessing", 2, 1.3, cpu=0.03)]
    assert "2 at once slow each other down: in concurrent processes a call takes 1.5" in said(
        points=slowed, share=0.0
    )
    assert "slow each other" not in said(points=slowed, share=0.0, effective_cores=estimate([1.2] * 6))
    trips = [*slowed, way("multiprocessing in chunks", 2, 1.9, cpu=0.02, chunk=100)]
    assert "slow each other" not in said(points=trips, share=0.0)  # it was the trips that took the CPU time


def test_what_fills_the_cores_by_itself_stays_in_a_loop_whatever_is_open() -> None:
    beside = way("multiprocessing", 2, 1.1, wobble=0.3)
    assert advised(facts(beside, share=0.0)).action is Action.UNRESOLVED
    assert advised(facts(beside, share=0.0, cpu=0.038)).action is Action.LEAVE
    assert advised(facts(beside, share=0.0, cpu=0.038, effective_cores=estimate([4.0] * 6))).action is (
        Action.UNRESOLVED
    )


def test_few_calls_first_calls_and_groups_are_told() -> None:
    assert "Its first call took 200 ms, later ones 20 ms" not in said(way("threading", 2, 1.9), first=0.2)
    assert "Its first call took 2.0 s, later ones 20 ms: it caches, sets something up" in said(
        way("threading", 2, 1.9), first=2.0
    )
    assert "64 calls were grouped into a task" in said(way("threading", 2, 1.9), group=64)
    assert "with 16 in flight and without warm-up" in said(way("threading", 16, 15.9), calls=100)


def test_an_interval_around_a_gain_decides_nothing() -> None:
    text = said(way("multiprocessing", 2, 1.3, wobble=0.2), share=0.0)
    assert text.startswith("It is unresolved whether any model runs")


def test_where_there_were_no_cores_nothing_is_said_to_gain_nothing() -> None:
    few = {"effective_cores": estimate([1.1] * 6)}
    text = said(way("multiprocessing", 2, 0.95), share=0.0, **few)
    assert text.startswith("It is unresolved")
    assert "the machine provided only 1.10 cores" in text
    assert said(way("multiprocessing", 2, 0.95), share=0.99, **few).startswith("Leave mine.work")
    its_own_cells_had_them = way("multiprocessing", 2, 0.95, used=1.9)
    assert said(its_own_cells_had_them, share=0.0, **few).startswith("Leave mine.work")


def test_without_cores_processes_cannot_show_what_they_gain() -> None:
    few = {"effective_cores": estimate([1.1] * 6)}
    ways = way("threading", 16, 2.1), way("multiprocessing", 16, 1.6)
    told = "only 1.10 cores meanwhile: with more of them, processes may gain more"
    assert told in said(*ways, share=0.5, **few)
    assert told not in said(*ways, share=0.99, **few)
    assert "may gain more" not in said(*ways, share=0.5)


def test_large_results_are_what_makes_processes_dear() -> None:
    ways = [way("sync", 1, 1.0, cpu=0.02), way("multiprocessing", 2, 0.4, cpu=0.06)]
    text = said(points=ways, share=0.0, result_bytes=150_000)
    assert "since its result, 146 KiB when pickled, is sent back" in text
    assert "slow each other" not in text


def test_threads_that_use_one_core_gain_by_chance_where_all_is_computing() -> None:
    found = facts(way("threading", 2, 1.3, used=1.0), way("multiprocessing", 2, 1.9, used=1.9), share=0.0)
    assert advised(found).models[0].curve.runner == "multiprocessing"


def test_the_least_concurrency_that_almost_reaches_the_best_is_advised() -> None:
    found = facts(way("asyncio", 16, 87.0), way("asyncio", 64, 90.0), share=0.99, **ALONE)
    assert [point.x for point in advised(found).models] == [16]


def test_threads_that_lose_are_told() -> None:
    assert "2 threads make it 2.78x slower than a plain loop" in said(way("threading", 2, 0.36), share=0.0)


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
    assert "they were compared only within each process" in within


BY_NAME = {runner.name: runner for runner in RUNNERS.all}


def test_a_coroutine_alone_runs_on_loops_and_one_after_another() -> None:
    alone = Own(async_function="m:f")
    able = {name for name, runner in BY_NAME.items() if can_run(alone, runner)}
    assert {"sync", "asyncio", "threading", "multiprocessing", "processes-asyncio"} <= able
    assert not able & {"asyncio-to-thread", "gevent", "trio", "interpreters"}
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
        ("threading", 64),
    ]
    assert [(name, level) for name, level, _ in requests(waits, concurrencies=(4,))] == [
        ("sync", 1),
        ("threading", 4),
    ]
    assert Advice().cells(StudyScope(list(BY_NAME.values()), 2, True, False)) == []


def test_a_pool_of_a_known_size_is_measured_in_its_steady_part() -> None:
    waits = Own(async_function="m:f", seconds=0.02, waits=0.0199, cpu=1e-4)
    assert ("threading", 64, 3 * 64) in requests(waits)
    assert ("threading", 64, STEADY_WAVES * 64) in requests(replace(waits, anyio=True))


def test_a_build_that_another_is_held_against_has_a_plain_loop_and_the_fewest_threads() -> None:
    waits = Own(function="m:f", seconds=0.02, waits=0.0199, cpu=1e-4)
    assert [request[:2] for request in requests(waits, beside=True)] == [("sync", 1), ("threading", 2)]


def ways(own: Own, *names: str, **changes: object) -> list[tuple[str, int, dict[str, object]]]:
    runners = [BY_NAME[name] for name in names] or list(BY_NAME.values())
    asked = StudyScope(runners, 2, True, False, workloads=[own], **changes)
    return [(each.runner.name, each.concurrency, each.options) for each in Advice().cells(asked)]


def test_models_are_those_that_suit_the_kind_of_the_function_or_that_were_named() -> None:
    computes = {name for name, _, _ in ways(Own("m:f", seconds=0.01, cpu=0.01))}
    assert computes == {"sync", "threading", "multiprocessing", "interpreters"}
    waits = Own("m:f", seconds=0.02, waits=0.0199, cpu=0.0001)
    assert {name for name, _, _ in ways(waits)} == {"sync", "threading", "multiprocessing"}
    assert ways(Own("m:f", seconds=0.001, cpu=0.001, group=1024, first=0.1, cached=True)) == [
        ("sync", 1, {})
    ]  # cached
    mixed = Own("m:f", seconds=0.02, waits=0.01, cpu=0.01)
    assert "processes-threads" in {name for name, _, _ in ways(mixed)}
    assert "asyncio-to-thread" in {name for name, _, _ in ways(waits, chosen=True)}


def test_threads_have_a_session_each_beside_one_for_all() -> None:
    waits = {"seconds": 0.01, "waits": 0.0099, "setup": "m:s"}
    each = {"own_session": 1}
    assert ways(Own("m:f", **waits), "threading") == [
        ("threading", 2, {}),
        ("threading", 16, {}),
        ("threading", 64, {}),
        ("threading", 16, each),
    ]
    bound = Own("m:f", **waits, bound_session=True)
    assert ways(bound, "threading", "multiprocessing") == [
        ("threading", 2, each),
        ("threading", 16, each),
        ("threading", 64, each),
        ("multiprocessing", 16, {}),
    ]
    slow = Own("m:f", seconds=2.0, waits=2.0, setup="m:s", bound_session=True, budget_s=60.0)
    assert ways(slow, "threading") == [("threading", 16, each)]


def test_what_computes_briefly_is_sent_in_chunks_too() -> None:
    brief, long = (Own("m:f", seconds=seconds, cpu=seconds) for seconds in (100e-6, 10e-3))
    assert ways(brief, "threading", "multiprocessing") == [
        ("threading", 2, {}),
        ("multiprocessing", 2, {}),
        ("multiprocessing", 2, {"chunk": 100}),
    ]
    assert ways(long, "multiprocessing") == [("multiprocessing", 2, {})]


def test_large_arguments_are_held_by_each_worker_and_sent_too() -> None:
    large = Own("m:f", seconds=0.01, cpu=0.01, argument_bytes=1_000_000)
    assert ways(large, "threading", "multiprocessing")[1:] == [
        ("multiprocessing", 2, {}),
        ("multiprocessing", 2, {"sent": 1}),
    ]


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
        ([["a"]], [["a"]], Compared.ALL),
        ([["a"]], [["b"]], Compared.WITHIN_PROCESS),
        ([["a", "b"]], [["a", "b"]], Compared.NONE),
        ([[""]], [[""]], Compared.NONE),
        ([["a"]], [], Compared.WITHIN_PROCESS),
        ([["a"], ["b"]], [["a"], ["b"]], Compared.ALL),  # two inputs
        ([["a"], ["b", "c"]], [["a"], ["b", "c"]], Compared.NONE),
        ([["a"], ["b"]], [["a"], ["c"]], Compared.WITHIN_PROCESS),
    ],
)
def test_which_results_can_be_compared_is_seen_in_two_processes(
    here: list[list[str]], elsewhere: list[list[str]], compared: Compared
) -> None:
    assert compared_by(here, elsewhere) is compared


def beside(share: float) -> dict[str, object]:
    """What a thread beside a call saw."""
    return {"gil_share": share, "share": 0.0}


def test_a_lock_is_not_blamed_on_the_gil() -> None:
    one = way("threading", 2, 0.99, used=1.0)
    found = facts(one, way("multiprocessing", 2, 1.9), **beside(0.01))
    assert advised(found).action is Action.ASK
    told = " ".join(sentences(found))
    assert told.startswith("Leave mine.work in a plain loop unless whatever serialises it can go")
    assert (
        "It releases the GIL while it computes (a thread beside one call waited for the GIL for 1 % of the"
        in told
    )
    assert "holds the GIL" not in told
    free = facts(one, way("multiprocessing", 2, 1.9), gil=False, share=0.0)  # nobody waits for a GIL there
    assert advised(free).action is Action.ASK
    half = way("threading", 2, 1.9, used=1.15), way("multiprocessing", 2, 1.9)
    assert advised(facts(*half, gil=False, share=0.4)).action is Action.RUN  # two have no more to compute


def test_what_has_threads_of_its_own_is_not_behind_a_lock() -> None:
    one = way("threading", 2, 0.99, used=1.0), way("multiprocessing", 2, 1.0)
    for own in ({"spins": True}, {"cpu": 0.038}):
        assert advised(facts(*one, **beside(0.01), **own)).action is Action.LEAVE


def test_what_holds_the_gil_is_still_said_to_hold_it_and_goes_under_processes() -> None:
    one = way("threading", 2, 0.99, used=1.0)
    found = facts(one, way("multiprocessing", 2, 1.9), **beside(0.9))
    assert advised(found).action is Action.RUN
    assert "It holds the GIL while it computes: 2 threads" in " ".join(sentences(found))


def test_the_line_that_holds_the_gil_is_named() -> None:
    one = way("threading", 2, 0.99, used=1.0)
    assert "Mostly at rows.py:12 in parse." in said(one, gil_line="/a/b/rows.py:12 in parse", **beside(0.9))


EACH = "threading with a session each"


def test_a_session_for_each_thread_is_advised_where_threads_wait_in_the_one_that_they_share() -> None:
    shared = [way("threading", many, 1.0, limit=float(many), used=0.1) for many in (16, 64)]
    text = said(*shared, way(EACH, 16, 15.2), way("multiprocessing", 16, 15.8), share=0.99, setup="m:s")
    assert text.startswith("Run mine.work under threading with 16 in flight and a session for each thread")
    assert "Threads wait for each other in the session that they share: with a session each," in text
    assert "`ThreadPoolExecutor(initializer=...)` opens one in each thread" in text
    unsent = said(*shared, way(EACH, 16, 15.2), share=0.99, setup="m:s", argument_bytes=-1)
    assert "cannot be pickled" not in unsent  # threads need not send it
    serial = said(*shared, way(EACH, 16, 1.0), share=0.99, setup="m:s")
    assert "unless whatever serialises it can go" in serial
    assert "One session for all threads is enough" in serial


def test_where_sharing_a_session_fails_the_way_out_is_one_for_each() -> None:
    wrong = Failure(0, "", Stage.BATCH, "task 3: it returned 7", Cause.WRONG_RESULT)
    text = said(way(EACH, 16, 15.2), share=0.99, setup="m:s", void={"threading": wrong})
    assert text.startswith("Run mine.work under threading with 16 in flight and a session for each thread")
    assert "Where threads share one session results are wrong" in text
    assert "It is not safe under threading with one session for all: task 3" in text


def test_a_model_that_is_wrong_now_and_then_is_not_advised() -> None:
    wrong = Failure(0, "", Stage.BATCH, "task 3: it returned 7", Cause.WRONG_RESULT)
    ways = way("threading", 16, 15.2), way("multiprocessing", 16, 15.0)
    text = said(*ways, share=0.99, void={"threading": wrong}, void_from={"threading": 16})
    assert text.startswith("Run mine.work under multiprocessing")
    assert "It is not safe under threading: task 3" in text


def test_a_session_that_works_in_one_thread_alone_says_so() -> None:
    text = said(way("threading", 2, 1.9), setup="m:s", bound_session=True)
    assert text.startswith("Run mine.work under threading with 2 in flight: ")
    assert "Its session works only in the thread that opened it" in text


def test_a_thread_beside_a_call_tells_the_gil_where_there_are_no_cores() -> None:
    one = way("threading", 2, 0.99, used=1.0)
    few = {"effective_cores": estimate([1.0] * 6)}
    assert "It holds the GIL while it computes: a thread beside" in said(one, **beside(0.9), **few)
    assert "It releases the GIL while it computes: a thread beside" in said(one, **beside(0.0), **few)
    assert "Whether it holds the GIL is unknown" in said(one, **beside(0.3), **few)


CHUNKS = way("multiprocessing in chunks", 2, 1.8, chunk=100)


def test_chunks_are_advised_with_the_call_that_sends_them_and_from_how_many_they_pay() -> None:
    text = said(way("threading", 2, 1.0), way("multiprocessing", 2, 0.4), CHUNKS, share=0.0)
    assert text.startswith(
        "Run mine.work under multiprocessing with 2 workers, in chunks of 100 calls: 1.80x"
    )
    assert "map(function, items, chunksize=100)" in text
    # A trip takes 1.96 calls' time, and each call in it 0.54: 1.2x is at 1.96 / (1 / 1.2 - 0.54)
    assert "multiprocessing pays from about 7 calls at a time" in text
    assert "1 at a time run at 0.40x, 100 at a time at 1.80x" in text
    grouped = said(way("multiprocessing", 2, 1.4), CHUNKS, share=0.0, group=64)
    assert "multiprocessing pays with 64 calls at a time" in grouped
    assert "chunksize=6400" in grouped
    worse = said(way("multiprocessing", 2, 0.4), way("multiprocessing in chunks", 2, 0.9, chunk=9), share=0.0)
    assert "Sending multiprocessing more calls at a time does not pay" in worse


def test_arguments_that_are_sent_are_named_beside_those_that_are_held_and_never_advised() -> None:
    sent = way("multiprocessing, arguments sent", 2, 0.1, sent=1)
    text = said(way("multiprocessing", 2, 1.5), sent, share=0.0, argument_bytes=1_300_000)
    assert text.startswith("Run mine.work under multiprocessing with 2 in flight")
    assert "Its arguments are 1.2 MiB when pickled" in text
    assert "they reach 1.50x" in text
    assert "0.10x (0.10–0.10): give them to each worker once, with the pool's `initializer`" in text
    better = said(way("multiprocessing", 2, 1.1), replace(sent, y=estimate([1.9] * 6)), share=0.0)
    assert better.startswith("Leave mine.work in a plain loop")


@pytest.mark.parametrize(
    ("best", "other", "behind", "clear"),
    [
        ([15.0], [7.0], True, False),  # half of the best at once
        ([15.0], [9.0], False, False),
        ([15.0] * 3, [11.0] * 3, True, True),
        ([15.0, 15.1, 14.9], [14.5, 14.6, 14.4], False, True),
        ([1.9, 1.95], [1.0, 1.0], True, False),  # too few blocks
        ([1.9, 1.95, 1.9], [1.0, 1.02, 1.01], True, True),
        ([1.9, 1.95, 1.9], [1.1, 1.7, 1.3], False, False),  # open whether it gains
        ([1.9, 1.3, 1.9], [1.0, 1.0, 1.0], True, False),  # the best is not alike in all blocks
        ([2.3, 1.6, 1.9], [1.0, 1.0, 1.0], True, True),  # but far above a gain in each
        ([1.02, 1.05, 1.0], [1.01, 1.0, 1.02], False, True),  # nothing gains
    ],
)
def test_what_is_far_behind_is_measured_no_more_and_nothing_once_it_is_clear(
    best: list[float], other: list[float], behind: bool, clear: bool
) -> None:
    found = [curve_of(name, ratios) for name, ratios in (("threading", best), ("multiprocessing", other))]
    rest = found[:1] if behind else found
    assert is_far_behind(found[1], found[0]) is behind
    assert is_over(found[0], rest) is clear


def test_a_look_up_in_a_cache_is_not_what_was_meant_to_be_measured() -> None:
    found = facts(way("threading", 2, 1.9), CHUNKS, share=0.0, first=0.1, group=1024, cached=True)
    assert advised(found).action is Action.UNCACHE
    text = sentences(found)
    assert text[0].startswith(
        "Measure mine.work without its cache: the first call took 100 ms, later ones 20"
    )
    assert not any("pays from" in sentence or "Its first call" in sentence for sentence in text)


def test_what_cannot_be_pickled_says_what_to_do_for_a_pool_of_processes() -> None:
    processes = way("multiprocessing", 2, 1.9)
    inner = said(processes, share=0.0, argument_bytes=-1)
    assert "it cannot be sent to a process pool: call it from a named function" in inner
    session = said(processes, share=0.0, argument_bytes=-1, setup="m:open")
    assert "Its session cannot be pickled: open one in each worker" in session
    assert "pickled" not in said(way("threading", 2, 1.9), share=0.0, argument_bytes=-1)
    lock = said(processes, share=0.0, compared=Compared.NONE)
    assert "Its results cannot be pickled, so they were not compared" in lock
    assert "It changes its arguments" in said(processes, changes=True)


def test_the_limit_of_what_computes_is_never_above_the_cores() -> None:
    beyond = way("multiprocessing", 2, 1.9, limit=5.6)
    assert "of a possible 2.00x" in said(beyond, share=0.0, cores=2)
    assert "of a possible 5.60x" in said(beyond, share=0.5, cores=2)


def test_threads_that_spin_are_named_and_no_limit_is_made_of_their_cpu_time() -> None:
    busy = way("threading", 2, 1.0, used=1.9), way("multiprocessing", 2, 1.8, limit=1.1)
    text = said(*busy, spins=True, **beside(0.9))
    assert "Threads of a library that it calls (such as BLAS) spin while they have nothing to do" in text
    assert "of a possible" not in text
    assert "It holds the GIL while it computes: a thread beside" in text  # whatever cores are used


def test_a_void_plain_loop_does_not_end_the_measuring() -> None:
    loop, threads = cell_of("own", "sync", "advice"), cell_of("own", "threading", "advice")
    both, alone = plan_of([loop, threads]), plan_of([loop])
    assert advice_settled(Run(both, [observation_of(threads, 0, 0.01)], [])) == set()
    assert advice_settled(Run(alone, [observation_of(loop, 0, 0.02)], [])) == {loop.key}
    six = [observation_of(threads, block, 0.01) for block in range(6)]
    assert advice_settled(Run(both, six, [])) == set(both.cell)  # there is nothing to wait for


def test_three_looks_at_an_interval_seldom_find_a_gain_that_there_is_not() -> None:
    draw, found, runs = random.Random(1), 0, 1_000
    for _ in range(runs):
        ratios = [GAINS * math.exp(draw.gauss(0, 0.1)) for _ in range(18)]  # on the edge of a gain
        looks = (curve_of("threading", ratios[:blocks]) for blocks in (6, 12, 18))
        found += any(point.y.low >= GAINS for point in looks)
    assert found < 0.07 * runs  # at most 2.5 % at each look, were they independent


@pytest.mark.parametrize(
    ("blocks", "first", "second", "over"),
    [
        (6, 1.7, 1.3, True),  # that it gains is sure
        (6, 1.5, 1.0, False),  # it may, or not
        (7, 1.7, 1.3, False),  # no look
        (12, 1.7, 1.3, True),
        (12, 1.15, 1.0, True),  # that it gains nothing is sure
    ],
)
def test_what_few_blocks_leave_open_is_looked_at_after_every_sixth(
    blocks: int, first: float, second: float, over: bool
) -> None:
    loop, threads = cell_of("own", "sync", "advice"), cell_of("own", "threading", "advice")
    seen = []
    for block in range(blocks):
        seen.append(observation_of(loop, block, 0.02))
        seen.append(observation_of(threads, block, 0.02 / (first if block % 2 else second)))
    assert advice_settled(Run(plan_of([loop, threads]), seen, [])) == (
        {loop.key, threads.key} if over else set()
    )


ON_BUILDS = {  # speed-ups by build and model; those that are open go on
    "clear": {"threading": [1.9, 1.9, 1.9], "multiprocessing": [1.8, 1.8, 1.8]},
    "open": {"threading": [1.0, 1.4, 1.1], "multiprocessing": [1.0, 1.4, 1.1]},
    "far behind": {"threading": [1.0, 1.4, 1.1], "multiprocessing": [0.3, 0.3, 0.3]},
}


@pytest.mark.parametrize(
    ("free", "gil", "named", "needed_no_more"),
    [
        ("clear", "clear", True, "all"),
        ("clear", "open", True, ""),
        ("clear", "open", False, "all"),  # nobody asked for that build
        ("open", "far behind", True, ""),
        ("far behind", "far behind", True, "multiprocessing"),
    ],
)
def test_several_builds_are_over_once_those_that_were_named_are_clear(
    free: str, gil: str, named: bool, needed_no_more: str
) -> None:
    cells, seen = [], []
    for python, kind in ((FREE, free), (GIL, gil)):
        for runner in ("sync", "threading", "multiprocessing"):
            cell = replace(cell_of("own", runner, "advice"), python=python.name)
            ratios = ON_BUILDS[kind].get(runner, [1.0, 1.0, 1.0])
            cells.append(cell)
            seen += [observation_of(cell, block, 0.02 / ratio) for block, ratio in enumerate(ratios)]
    plan = plan_of(cells, interpreters=[FREE, replace(GIL, beside=not named)])
    wanted = {cell.key for cell in cells if needed_no_more in ("all", cell.runner)}
    assert advice_settled(Run(plan, seen, [])) == wanted


@pytest.mark.parametrize(("blocks", "over"), [(1, False), (3, False), (6, True)])
def test_two_revisions_are_measured_until_their_figures_have_an_interval(blocks: int, over: bool) -> None:
    cells = [replace(cell_of("own", "sync", "advice"), python=python.name) for python in (THEN, NOW)]
    seen = [observation_of(cell, block, 0.02) for cell in cells for block in range(blocks)]
    plan = plan_of(cells, interpreters=[THEN, NOW])
    assert advice_settled(Run(plan, seen, [])) == (set(plan.cell) if over else set())


@pytest.mark.parametrize(("blocks", "over"), [(1, False), (3, False), (6, True)])
def test_a_plain_loop_on_two_builds_is_compared_between_them(blocks: int, over: bool) -> None:
    cells = [replace(cell_of("own", "sync", "advice"), python=python.name) for python in (FREE, GIL)]
    seen = [observation_of(cell, block, 0.02) for cell in cells for block in range(blocks)]
    plan = plan_of(cells, interpreters=[FREE, replace(GIL, beside=True)])
    assert advice_settled(Run(plan, seen, [])) == (set(plan.cell) if over else set())
