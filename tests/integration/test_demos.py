"""Every demo under every model that it has, for real; and demos that go wrong."""

from __future__ import annotations

import inspect
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path

import msgspec
import pytest

from bench.core.demo import DEMOS, MODELS, Demo, Event, Outcome
from bench.execution.demos.run import judge, play
from bench.execution.watchdog import Watchdog
from tests.integration.demos_that_fail import Faulty, Unmet

ROOT = Path(__file__).parents[2]
SHOWN = [(demo.name, model) for demo in DEMOS.all for model in MODELS if demo.has(model)]
CLAIMED = {
    ("count", "asyncio"): {
        "call_ran_nothing", "turns_during_nonsuspending_awaits", "turns_during_sleeps",
        "await_in_plain_function_is_syntax_error", "threads_seen",
    },
    ("tasks", "asyncio"): {"sequential_s", "concurrent_s", "each_task_unchanged"},
    ("gather", "asyncio"): {"makespan_s", "longest_s", "sum_s"},
    ("chain", "asyncio"): {"worst_gap_s", "overlap"},
    ("queue", "asyncio"): {"makespan_s", "ideal_s", "workers", "most_waiting"},
    ("queue", "threading"): {"most_waiting"},
    ("queue", "sync"): {"all_queued_before_first"},
    ("future", "asyncio"): {
        "set_twice_raises", "awaited_many", "coroutine_twice_raises", "waiter_s", "delay_s", "turns_meanwhile",
    },
    ("errors", "asyncio"): {
        "gather_siblings_finished", "taskgroup_siblings_cancelled", "except_catches", "cancelled_passes_except_exception",
    },
    ("timeout", "asyncio"): {"queue_methods_take_timeout", "wait_for_timed_out", "cancelled_was_seen"},
    ("blocking", "asyncio"): {"blocked_turns", "to_thread_turns"},
    ("race", "threading"): {"expected", "counted", "counted_with_lock"},
    ("race", "asyncio"): {"expected", "counted_without_await", "counted_with_await"},
}  # fmt: skip


@pytest.fixture(scope="module")
def watchdog() -> Iterator[Watchdog]:
    with Watchdog() as watchdog:
        yield watchdog


def backwards(outcome: Outcome) -> Outcome:
    """The same events in the opposite order, and none of the figures."""
    last = outcome.events[-1].at_s
    turned = [replace(event, at_s=last - event.at_s) for event in reversed(outcome.events)]
    return replace(outcome, events=turned)


@pytest.mark.parametrize(("name", "model"), SHOWN)
def test_it_comes_out_as_it_should_and_not_backwards(name: str, model: str, watchdog: Watchdog) -> None:
    heard: list[Event] = []
    outcome = play(DEMOS.get(name), model, heard.append, watchdog)
    assert outcome.ok, (outcome.unmet, outcome.error)
    assert sorted(heard, key=lambda event: event.at_s) == outcome.events
    assert outcome.events[0].at_s >= 0
    assert 0 < outcome.makespan_s < 2
    assert CLAIMED.get((name, model), set()) <= set(outcome.values)
    assert msgspec.convert(json.loads(json.dumps(asdict(outcome))), Outcome) == outcome
    assert judge(DEMOS.get(name), backwards(outcome)).unmet


@pytest.mark.parametrize(
    ("model", "words", "events"),
    [
        ("sync", "ValueError: on purpose", 1),
        ("threading", "not done within 3 s", 1),
        ("multiprocessing", "exit code 3", 1),
        ("asyncio", "LookupError: in a group", 1),
    ],
)
def test_what_goes_wrong_is_an_outcome_with_an_error(
    model: str, words: str, events: int, watchdog: Watchdog
) -> None:
    began = time.monotonic()
    outcome = play(Faulty(), model, lambda event: None, watchdog, timeout=3)
    assert words in (outcome.error or "")
    assert len(outcome.events) == events
    assert not outcome.ok
    assert time.monotonic() - began < 10


def test_an_expectation_that_fails_is_said(watchdog: Watchdog) -> None:
    outcome = play(Unmet(), "sync", lambda event: None, watchdog)
    assert outcome.unmet == ["the answer is wrong"]
    assert outcome.values == {"answer": 41}
    assert outcome.error is None


def bench(*words: str, cwd: Path, columns: int = 80) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", *words],
        check=False,
        cwd=cwd,
        env={**os.environ, "COLUMNS": str(columns)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_lists_them(tmp_path: Path) -> None:
    listed = bench("demo", cwd=tmp_path)
    assert listed.returncode == 0, listed.stderr
    for demo in DEMOS.all:
        assert f"{demo.name:<14}  {demo.question}" in listed.stdout


def test_the_command_shows_code_events_timeline_and_what_to_notice(tmp_path: Path) -> None:
    shown = bench("demo", "count", cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    for words in (
        *MODELS,
        "asyncio.run(main())",
        "ms  ░ red       on",
        "▏ green     off",
        "░░░░░▏",
        "Notice: One after",
    ):
        assert words in shown.stdout
    assert max(map(len, shown.stdout.splitlines())) <= 80


def test_where_there_is_room_events_stand_beside_the_code(tmp_path: Path) -> None:
    shown = bench("demo", "count", "--model", "asyncio", cwd=tmp_path, columns=140)
    assert shown.returncode == 0, shown.stderr
    (first,) = [line for line in shown.stdout.splitlines() if line.startswith("import asyncio")]
    assert "ms  ░ red" in first
    assert "threading" not in shown.stdout


def test_a_model_without_a_counterpart_says_why(tmp_path: Path) -> None:
    shown = bench("demo", "future", "--model", "sync", cwd=tmp_path)
    assert shown.returncode == 0
    assert "sync has no counterpart: a call that has returned has its result" in shown.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("countt",), "Unknown demo 'countt': did you mean count?"),
        (("count", "--model", "tread"), "Unknown model 'tread': did you mean threading?"),
        (("--model", "asyncio"), "--model needs a demo"),
    ],
)
def test_a_name_that_is_not_there_is_one_sentence(
    words: tuple[str, ...], sentence: str, tmp_path: Path
) -> None:
    refused = bench("demo", *words, cwd=tmp_path)
    assert refused.returncode == 2
    assert sentence in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "kind", "sentence"),
    [
        ("unmet", Unmet, "Unexpected result: the answer is wrong."),
        ("faulty", Faulty, "Failed: ValueError: on purpose"),
    ],
)
def test_the_command_fails_with_the_demo(name: str, kind: type[Demo], sentence: str, tmp_path: Path) -> None:
    for package in ("bench", "workloads"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    imports, _, _ = inspect.getsource(inspect.getmodule(kind) or kind).partition("class ")
    file = tmp_path / "workloads" / "patterns" / f"{name}.py"
    file.write_text(imports + inspect.getsource(kind))
    words = [
        sys.executable,
        "-m",
        "bench",
        "demo",
        name,
        "--model",
        "sync",
    ]  # of the copy, not of this process
    shown = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert shown.returncode == 1, shown.stderr
    assert sentence in shown.stdout
    assert kind.notice in shown.stdout
