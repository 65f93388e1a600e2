"""The reader's questions: every rule on made-up evidence."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest

from bench.analysis.curves import Crossing, Curve, Passing
from bench.analysis.statistics import exactly
from bench.analysis.summary import summarize
from bench.core.run import Run
from bench.findings.answer import Answer, Table
from bench.findings.evidence import Evidence
from bench.findings.question import QUESTIONS, Question
from tests.made_up import plan_of
from tests.unit.findings.test_claims import DEMOS, evidence

BY_QUESTION = {question.ask: question for question in QUESTIONS.all}
RACE = {("race", "threading"): {"expected": 80, "counted": 41}}


def reply(start: str, changes: Mapping[tuple[str, str], object] | None = None, **options: object) -> str:
    """The answer to the question that starts so."""
    (found,) = [question for ask, question in BY_QUESTION.items() if ask.startswith(start)]
    told = found.answer(evidence(changes, demos={**DEMOS, **RACE}, **options))
    assert told is not None
    assert told.condition
    assert told.where
    return told.text


@pytest.mark.parametrize("question", BY_QUESTION.values(), ids=list(BY_QUESTION))
def test_an_empty_run_does_not_tell_and_says_what_would(question: Question) -> None:
    assert question.answer(Evidence(summarize(Run(plan_of([]), [], [])))) is None
    assert question.measure.startswith("python -m bench ")
    assert question.ask.endswith("?")


def test_the_model_for_each_ratio_is_the_fastest_and_its_equals_are_named() -> None:
    mixed = {("mixed[httpx]", "threading"): 6.0, ("mixed[httpx]", "multiprocessing"): 9.0}
    text = reply("Threads, asyncio or processes", mixed)
    waits, both, computes = text.split("; ")
    assert waits.startswith("For work that only waits, threading at 15.9x")
    assert waits.endswith("tied with multiprocessing and asyncio")
    assert both.startswith("for work that waits and computes, multiprocessing at 9.00x")
    assert "tied" not in both
    assert computes.startswith("for work that only computes in Python, multiprocessing at 1.95x")


def test_where_nothing_helps_none_is_recommended() -> None:
    slow = {
        ("mixed[httpx]", "threading"): 6.0,
        ("cpu-python", "multiprocessing"): 1.1,
        ("cpu-python", "threading"): 1.0,
    }
    assert "computes in Python, none gains: multiprocessing comes closest, at 1.10x" in reply(
        "Threads, asyncio or processes", slow
    )


def test_threads_are_no_faster_for_the_gil_and_only_where_there_is_one() -> None:
    assert "The GIL lets only one of them run at a time" in reply("Why did threads")
    free = reply("Why did threads", {("cpu-python", "threading"): 1.9}, gil=False)
    assert free == "Here they made it faster: threads on cpu-python reach 1.90x (1.90–1.90)."


@pytest.mark.parametrize(("speedup", "said"), [(1.95, "No"), (1.0, "Yes")])
def test_whether_hashlib_holds_the_gil_follows_the_figure(speedup: float, said: str) -> None:
    assert reply("Does hashlib", {("cpu-native", "threading"): speedup}).startswith(f"{said}: threads")


def test_noise_leaves_the_question_of_hashlib_open() -> None:
    assert reply("Does hashlib", {("cpu-native", "threading"): 1.2}, noise=0.1).startswith("Unresolved")


def test_clients_that_do_not_differ_are_not_told_apart() -> None:
    assert "is tied with mongo[motor]" in reply("Motor or")
    faster = reply("httpx or", {("http[aiohttp]", "asyncio"): 15.4, ("http[httpx]", "asyncio"): 7.0})
    assert "does 2.20x (2.20–2.20) as many tasks per second as http[httpx]" in faster


def test_the_loop_that_is_blocked_is_told_from_the_one_that_waits() -> None:
    text = reply("Why does my async def")
    assert "ran at 1.00x" in text
    assert "awaited, at 15.8x" in text


def test_memory_is_that_of_ten_thousand() -> None:
    rungs = evidence()
    assert rungs.rung("memory", "a new thread") is not None
    assert [q for q in BY_QUESTION if "10,000" in q]


def test_demos_answer_what_they_show() -> None:
    assert "TaskGroup's were cancelled" in reply("gather or")
    assert "of 80 updates by threads without a lock, 39 were lost" in reply("Does the GIL make")


def test_a_pool_got_slow_by_what_each_process_imports() -> None:
    assert "asyncio took 70 ms, with fork 4.0 ms, and 8.0 ms if the fork server" in reply(
        "Why did my process"
    )


def swept(*models: str, x: float = 18.0, clients: tuple[str, str] = ("", "")) -> Evidence:
    """A run whose sweep found that one model passes another."""
    ahead, behind = (
        Curve("http", "http", client, model, pd.DataFrame(), None)
        for model, client in zip(models, clients, strict=True)
    )
    answer = Answer([], [], Table((), ()), passings=[Passing(ahead, behind, Crossing("at", exactly(x)))])
    return Evidence(evidence().summary, {}, {"sweep": answer})


def test_a_study_answers_its_question_where_it_ran() -> None:
    (ahead,) = [question for ask, question in BY_QUESTION.items() if ask.startswith("From how many")]
    told = ahead.answer(swept("asyncio", "threading", x=300))
    assert told is not None
    assert told.text.startswith("http: asyncio passes threading from about 300 in flight")
    assert ahead.answer(evidence()) is None


@pytest.mark.parametrize(
    ("models", "answers"),
    [
        (("asyncio", "threading"), True),
        (("threading", "asyncio"), True),
        (("asyncio-uvloop", "threading"), False),
        (("threading", "asyncio-to-thread"), False),
        (("processes-asyncio", "threading"), False),
    ],
)
def test_other_models_on_asyncio_do_not_answer_for_it(models: tuple[str, str], answers: bool) -> None:
    (ahead,) = [question for ask, question in BY_QUESTION.items() if ask.startswith("From how many")]
    assert bool(ahead.answer(swept(*models))) == answers
    assert bool(ahead.answer(swept(*models, clients=("aiohttp", "httpx")))) == answers
