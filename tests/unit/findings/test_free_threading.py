"""Ready for free threading? From figures that nobody measured."""

from __future__ import annotations

import pytest

from bench.analysis.statistics import estimate
from bench.core.observation import Cause, Failure, Stage
from bench.core.run import Missing
from bench.findings.advice.facts import FunctionFacts
from bench.findings.advice.free_threading import Ready, readiness
from bench.findings.text.free_threading import held_against, sentences
from tests.unit.analysis.test_advice import facts, way

TWO = estimate([1.98, 1.99, 2.0, 2.0, 2.0, 2.0])


def there(*points: object, share: float = 0.0, **changes: object) -> FunctionFacts:
    """On a build without a GIL, with two cores."""
    return facts(
        *points, share=share, **{"free_threaded": True, "gil": False, "effective_cores": TWO, **changes}
    )  # type: ignore[arg-type]  # points and changes of any kind


def one_thread(*ratios: float) -> dict[str, object]:
    return {"one_thread": estimate(list(ratios)), "gil_build": "3.13.1"}


def verdict(found: FunctionFacts) -> Ready:
    told = readiness(found)
    assert told is not None
    return told.verdict


def test_a_build_with_a_gil_is_not_asked() -> None:
    assert readiness(there(way("threading", 2, 1.9), free_threaded=False)) is None
    assert sentences(there(way("threading", 2, 1.9), free_threaded=False)) == []


def test_the_build_that_it_is_held_against_gives_no_advice_of_its_own() -> None:
    said = held_against(facts(way("threading", 2, 1.0), share=0.0))
    assert said[0] == "Measured for comparison only: a plain loop and threads."
    assert said[1].startswith("2 threads ran at 1.00x")
    assert held_against(facts(share=0.0)) == ["Measured for comparison only: a plain loop."]


def test_threads_that_use_the_cores_are_ready() -> None:
    found = there(way("threading", 2, 1.9), **one_thread(1.0, 1.01, 0.99, 1.0, 1.0, 1.0))
    assert verdict(found) is Ready.YES
    said = sentences(found)
    assert said[0] == "Ready for free threading? It is ready."
    assert said[1].startswith("2 threads gave the same results as one and ran at 1.90x")
    assert said[2].startswith("On one thread a call takes 1.00x")
    assert said[2].endswith("on 3.13.1.")


def test_what_one_thread_pays_is_told() -> None:
    found = there(way("threading", 2, 1.9), **one_thread(1.2, 1.21, 1.19, 1.2, 1.2, 1.22))
    assert verdict(found) is Ready.DEARER
    assert sentences(found)[0].endswith("It is ready, but slower on one thread.")


@pytest.mark.parametrize(
    ("processes", "words"),
    [(1.9, "something that threads share holds them up"), (1.0, "shared objects are not the bottleneck")],
)
def test_threads_that_do_not_scale_are_held_against_processes(processes: float, words: str) -> None:
    found = there(way("threading", 2, 0.6), way("multiprocessing", 2, processes))
    assert verdict(found) is Ready.DOES_NOT_SCALE
    assert words in " ".join(sentences(found))


def test_threads_that_scale_with_sessions_of_their_own_wait_in_the_shared_one() -> None:
    each = way("threading with a session each", 2, 1.9)
    found = there(way("threading", 2, 0.6), each, way("multiprocessing", 2, 1.9), setup="m:s")
    assert verdict(found) is Ready.DOES_NOT_SCALE
    assert "hold" not in " ".join(sentences(found))  # the advice has said it
    wrong = Failure(0, "k", Stage.BATCH, "another result", Cause.WRONG_RESULT)
    apart = there(each, void={"threading": wrong}, setup="m:s")
    assert verdict(apart) is Ready.YES
    assert "2 threads with a session each gave the same results as one" in " ".join(sentences(apart))


def test_who_turns_the_gil_on_is_named() -> None:
    found = there(way("threading", 2, 1.0), gil=True, turned_on_by=("some.fast",))
    assert verdict(found) is Ready.GIL_ON
    assert sentences(found)[0].endswith("No, since something it imports turns the GIL on.")
    assert "some.fast does not declare support" in sentences(found)[1]


def test_other_results_under_threads_are_not_safe_and_failures_are_failures() -> None:
    wrong = Failure(0, "k", Stage.BATCH, "another result", Cause.WRONG_RESULT)
    assert verdict(there(void={"threading": wrong})) is Ready.UNSAFE
    assert verdict(there(void={"threading": Missing("own", "threading", "it cannot")})) is Ready.FAILS


def test_what_waits_needs_no_cores() -> None:
    few = estimate([1.0] * 6)
    assert verdict(there(way("threading", 2, 1.95), share=1.0, effective_cores=few)) is Ready.YES
    assert verdict(there(way("threading", 2, 1.0), effective_cores=few)) is Ready.UNKNOWN


def test_a_wide_interval_decides_nothing() -> None:
    assert verdict(there(way("threading", 2, 1.4, wobble=0.2))) is Ready.UNKNOWN
    assert verdict(there()) is Ready.UNKNOWN


@pytest.mark.parametrize(
    ("cause", "fewest", "right"),
    [
        (Cause.DIED, 64, Ready.FAILS),
        (Cause.POOL_BROKE, None, Ready.FAILS),
        (Cause.ERROR, None, Ready.FAILS),  # in some block
        (Cause.ERROR, 64, Ready.YES),  # with many alone, as where something caps it
        (Cause.TIMEOUT, None, Ready.YES),
    ],
)
def test_threads_that_break_are_not_ready_though_some_blocks_went_well(
    cause: Cause, fewest: int | None, right: Ready
) -> None:
    lost = {"threading": Failure(3, "a", Stage.BATCH, "it broke", cause)}
    found = there(
        way("threading", 2, 1.9), void=lost, void_from={} if fewest is None else {"threading": fewest}
    )
    assert verdict(found) is right
