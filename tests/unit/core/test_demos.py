"""Demos: what is found, the code that is shown, the picture, and what a doctored outcome is told."""

from __future__ import annotations

import ast
import builtins
import re
from dataclasses import replace

import pytest

from bench.cli.demo import EVENT_WIDTH, ROOMY
from bench.core.catalog import WORKLOADS
from bench.core.demo import DEMOS, MODELS, Demo, Event, Outcome, State, Trace
from bench.core.errors import UserError
from bench.execution.demos.run import judge, play
from bench.execution.demos.shown import MARKS, code_of, timeline
from bench.execution.watchdog import Watchdog

NAMES = [demo.name for demo in DEMOS.all]
SHOWN = [(demo.name, model) for demo in DEMOS.all for model in MODELS if demo.has(model)]
INTERNALS = ("self", "Demo", "Trace", "Figures", "Scalar", "ClassVar", "expect", "figures", "bench")


def test_there_are_eleven_and_no_workload_among_them() -> None:
    assert NAMES == [
        "count", "tasks", "gather", "chain", "queue", "future", "errors", "timeout", "async-with-for", "blocking", "race",
    ]  # fmt: skip
    assert not [kind for kind in WORKLOADS.all if "patterns" in kind.__module__]


@pytest.mark.parametrize("name", NAMES)
def test_each_asks_a_question_and_answers_for_every_model(name: str) -> None:
    demo = DEMOS.get(name)
    assert demo.question.endswith("?")
    assert len(demo.question) <= 64, "fits beside the name in 80 columns"
    assert len(re.findall(r"[.!?](?:\s|$)", demo.notice)) == 2
    assert demo.has("asyncio")
    for model in MODELS:
        assert demo.has(model) != (model in demo.why_not), model


def test_a_name_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(UserError, match="Unknown demo 'gathr': did you mean gather"):
        DEMOS.get("gathr")
    assert "no such model" in (play(DEMOS.get("gather"), "trio", print, Watchdog()).error or "")


@pytest.mark.parametrize(("name", "model"), SHOWN)
def test_the_code_shown_is_whole_narrow_and_free_of_the_harness(name: str, model: str) -> None:
    code = code_of(DEMOS.get(name), model)
    assert max(map(len, code.splitlines())) + 2 + EVENT_WIDTH <= ROOMY, "fits beside its events"
    tree = ast.parse(code)
    named = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert not named & set(INTERNALS)
    assert not re.search(r"\bbench\b", code)
    given = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    given |= {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }
    given |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    given |= {node.name for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler) and node.name}
    imported = {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert named <= given | imported | {"say"} | set(dir(builtins)), "nothing that it uses is left out"
    assert imported <= named, "and nothing imported that it does not use"


def test_the_code_shown_says_how_it_is_started() -> None:
    count = DEMOS.get("count")
    assert code_of(count, "sync").endswith("\n\nmain()")
    assert code_of(count, "asyncio").endswith("\n\nasyncio.run(main())")
    assert 'if __name__ == "__main__":' in code_of(count, "multiprocessing")


def events(*rows: tuple[float, str, str, State]) -> list[Event]:
    return [Event(*row) for row in rows]


def test_the_timeline_draws_who_runs_waits_and_ends() -> None:
    happened = events(
        (0.0, "ann", "a", "runs"),
        (0.5, "ann", "b", "ends"),
        (0.5, "bo", "a", "waits"),
        (0.75, "bo", "b", "waits"),
        (1.0, "bo", "c", "ends"),
    )
    assert timeline(happened, 16) == [
        "ann  █████▏",
        "bo        ░░░╎░▏",
        "     0   1000 ms",
    ]
    assert timeline([], 40) == []
    assert all(len(row) <= 40 for row in timeline(happened, 40))


def test_a_turn_too_short_for_the_picture_still_shows() -> None:
    happened = events(
        (0.0, "x", "a", "waits"), (0.5, "x", "b", "runs"), (0.5, "x", "c", "waits"), (1.0, "x", "d", "ends")
    )
    assert MARKS["runs"] in timeline(happened, 60)[0]


@pytest.mark.parametrize(("name", "model"), SHOWN)
def test_an_outcome_without_events_meets_no_expectation(name: str, model: str) -> None:
    assert judge(DEMOS.get(name), Outcome(name, model)).unmet


def test_count_tells_the_orders_apart() -> None:
    demo = DEMOS.get("count")
    in_turn = events(
        (0.0, "red", "on", "waits"),
        (0.1, "red", "off", "ends"),
        (0.1, "green", "on", "waits"),
        (0.2, "green", "off", "ends"),
    )
    together = [in_turn[0], replace(in_turn[2], at_s=0.001), in_turn[1], replace(in_turn[3], at_s=0.11)]
    assert not judge(demo, Outcome("count", "sync", in_turn)).unmet
    assert judge(demo, Outcome("count", "sync", together)).unmet
    assert not judge(demo, Outcome("count", "threading", together)).unmet
    assert judge(demo, Outcome("count", "threading", in_turn)).unmet


def test_a_demo_without_expectations_is_not_silently_well() -> None:
    with pytest.raises(NotImplementedError):
        Demo().expect(Trace("sync", [], {}))
