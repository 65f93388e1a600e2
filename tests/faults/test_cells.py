"""A cell that goes wrong is a row with its reason; the others go on, and nothing of it is left running."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.core.code_loading import load_file
from bench.core.observation import Failure, Observation
from bench.core.runner import RUNNERS
from bench.execution.session import TRIES, Session, time_limit
from bench.storage.run_folder import load_run
from tests.faults.conftest import Lab, Record

FILE = Path(__file__).with_name("faulty.py")
Faulty = load_file(FILE).Faulty  # as ``-w`` loads it, so that it has the address that a worker finds it by
PATIENCE_S = 45.0  # of a busy machine, with what should take a second or two
SOON_S = 30.0  # and this long the slowest may wait for another: less than a barrier's patience
LIMIT = 300 << 20
RUN = [
    sys.executable,
    "-m",
    "bench",
    "run",
    "-w",
    "sleep",
    "-p",
    "seconds=0.01",
    "-r",
    "sync",
    "-r",
    "threading",
]
RUN += ["-c", "2", "-n", "8", "--blocks", "1"]
HAVE_PROC = pytest.mark.skipif(not os.path.exists("/proc/self/oom_score_adj"), reason="Linux alone tells")

Measure = Callable[..., Record]


@pytest.fixture
def measure(lab: Lab, session: Session) -> Measure:
    """Measure a faulty workload; nothing of it must be left."""

    def measured(how: str, runner: str, *, at: int = 6, timeout: float = PATIENCE_S) -> Record:
        (found,) = RUNNERS.find([runner])
        if why := found.available():
            pytest.skip(f"{runner}: {why}")
        workload = Faulty(how, at)
        cell = lab.cell(workload, runner, concurrency=1 if runner == "sync" else 2)
        record = session.measure(workload, cell, 0, timeout=timeout)
        assert lab.left_over() == []
        return record

    return measured


@pytest.fixture
def void(measure: Measure) -> Callable[..., Failure]:
    """Measure what must be void."""

    def measured(*arguments: object, **options: object) -> Failure:
        record = measure(*arguments, **options)
        assert isinstance(record, Failure), record
        return record

    return measured


def in_full(*runners: str) -> list[object]:
    """Models that look at the same as others do: with --full alone."""
    return [pytest.param(runner, marks=pytest.mark.full) for runner in runners]


# What a task raises or returns


@pytest.mark.parametrize(
    "runner", ["sync", "multiprocessing", *in_full("threading", "asyncio", "trio", "gevent")]
)
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("raise", "RuntimeError: this task breaks"),
        ("sys.exit", "SystemExit: 3"),
        ("interrupt", "KeyboardInterrupt: by a task"),
        ("generator", "GeneratorExit: by a task"),
        ("mute", "Mute: (it cannot be shown: RuntimeError)"),
        ("wrong", "ValueError: task 6 returned 7"),
    ],
)
def test_whatever_a_task_raises_is_its_failure(
    void: Callable[..., Failure], how: str, reason: str, runner: str
) -> None:
    record = void(how, runner)
    assert (record.stage, record.reason) == ("batch", f"1 of 8 tasks failed: task 6: {reason}")


@pytest.mark.parametrize("runner", ["sync", "multiprocessing", "processes-asyncio"])
def test_what_a_task_says_is_shown_plain(void: Callable[..., Failure], runner: str) -> None:
    reason = void("escapes", runner).reason
    assert reason.endswith("RuntimeError: \\x1b[31mred\\x1b]0;title\\x07 \\ud800 \\u202e end")
    assert reason.isprintable()


@pytest.mark.parametrize(
    ("runner", "how", "words"),
    [
        ("multiprocessing", "unpicklable", "pickle local object"),
        ("multiprocessing", "poison", "invalid literal for int() with base 10: 'no number'"),
        ("multiprocessing", "bomb", "ended with exit code 9 before it answered"),
        ("processes-asyncio", "unpicklable", "pickle local object"),
        ("processes-asyncio", "poison", "invalid literal for int() with base 10: 'no number'"),
        ("processes-asyncio", "bomb", "ended with exit code 9 before it answered"),
        ("processes-threads", "unpicklable", "pickle local object"),
    ],
)
def test_a_result_that_does_not_cross_says_why(
    void: Callable[..., Failure], runner: str, how: str, words: str
) -> None:
    assert words in void(how, runner).reason


# Processes that end


@pytest.mark.parametrize("runner", ["asyncio", *in_full("sync", "threading")])
@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("exit", "ended with exit code 7 before it answered"),
        ("kill", "was killed by SIGKILL (as the system does when memory runs out) before it answered"),
        ("kill oddly", "was killed by signal 40 before it answered"),
        ("segfault", "was killed by SIGSEGV before it answered"),
        ("close all", "ended with exit code 120 before it answered"),  # its last words could not be flushed
    ],
)
def test_a_worker_that_ends_says_how(void: Callable[..., Failure], how: str, words: str, runner: str) -> None:
    record = void(how, runner)
    assert (record.stage, record.reason) == ("batch", words)


@pytest.mark.parametrize("runner", ["multiprocessing", *in_full("processes-asyncio", "processes-threads")])
@pytest.mark.parametrize("at", [1, 6], ids=["warm-up", "batch"])
@pytest.mark.parametrize("how", ["exit", "kill", "segfault", "deaf and dead"])
def test_a_pool_process_that_ends_is_noticed_at_once(
    void: Callable[..., Failure], how: str, at: int, runner: str
) -> None:
    if how == "deaf and dead" and runner == "processes-threads":
        pytest.skip("a task in a thread other than the main one cannot set signal handlers")
    began = time.monotonic()
    record = void(how, runner, at=at)
    assert record.stage == ("batch" if at == 6 else "warm-up")
    assert "process" in record.reason
    assert "terminated abruptly" in record.reason or "ended before its work was done" in record.reason
    assert time.monotonic() - began < SOON_S


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_a_pool_process_that_ends_is_noticed_however_it_was_started(
    void: Callable[..., Failure], start_method: str
) -> None:
    began = time.monotonic()
    assert "terminated abruptly" in void("kill", f"multiprocessing[{start_method}]").reason
    assert time.monotonic() - began < SOON_S


@pytest.mark.parametrize(
    "runner",
    [
        "sync",
        "threading",
        "multiprocessing",
        "asyncio",
        "processes-asyncio",
        "processes-threads",
        "threads-asyncio",
    ],
)
@pytest.mark.parametrize("how", ["open", "close", "set-up"])
def test_what_fails_around_the_batch_voids_the_cell(
    lab: Lab, session: Session, how: str, runner: str
) -> None:
    workload = Faulty(how)
    object.__setattr__(workload, "services", ("http",) if how == "set-up" else ())
    cell = lab.cell(workload, runner, concurrency=1 if runner == "sync" else 2)
    record = session.measure(workload, cell, 0, timeout=PATIENCE_S)
    assert isinstance(record, Failure)
    assert record.stage == how
    words = {
        "open": "no session to be had",
        "close": "the session does not close",
        "set-up": "nothing to be set up",
    }
    assert f"OSError: {words[how]}" in record.reason
    assert lab.left_over() == []


def test_threads_that_cannot_be_had_are_not_waited_for(void: Callable[..., Failure]) -> None:
    began = time.monotonic()
    record = void("threads", "threading")
    assert (record.stage, record.reason) == ("open", "RuntimeError: can't start new thread")
    assert time.monotonic() - began < SOON_S


# Time, memory, files


@pytest.mark.parametrize("runner", ["sync", "multiprocessing"])
def test_what_hangs_is_ended(void: Callable[..., Failure], runner: str) -> None:
    record = void("hang", runner, timeout=4)
    assert record.reason == "no answer within 4 s; it was ended"


@pytest.mark.full
def test_what_hangs_is_tried_twice_and_no_more(void: Callable[..., Failure]) -> None:
    for _ in range(TRIES):
        assert void("hang", "sync", timeout=1.5).reason == "no answer within 2 s; it was ended"
    began = time.monotonic()
    assert void("hang", "sync", timeout=SOON_S).reason == "no answer within its time limit, 2 times: left out"
    assert time.monotonic() - began < SOON_S / 2


def test_time_limits_are_generous_and_bounded() -> None:
    assert 20 < time_limit(0.5) < 60
    assert time_limit(12) > 5 * 12


@pytest.mark.parametrize("runner", ["threading", "multiprocessing", "asyncio"])
def test_what_takes_more_memory_than_it_may_is_ended(lab: Lab, runner: str) -> None:
    workload = Faulty("memory")
    session = lab.session(memory_limit=LIMIT)
    record = session.measure(workload, lab.cell(workload, runner), 0, timeout=PATIENCE_S)
    assert isinstance(record, Failure)
    assert record.stage == "batch"
    assert record.reason.startswith("its processes took ")
    assert record.reason.endswith(" MiB of memory, and --memory-limit is 300 MiB; it was ended")
    assert lab.left_over() == []


def test_a_pool_within_its_limit_is_measured(lab: Lab) -> None:
    workload = Faulty("")
    session = lab.session(memory_limit=LIMIT)
    record = session.measure(workload, lab.cell(workload, "multiprocessing"), 0, timeout=PATIENCE_S)
    assert isinstance(record, Observation), record


@HAVE_PROC
@pytest.mark.parametrize("runner", ["sync", "multiprocessing"])
def test_when_the_system_runs_out_of_memory_the_cell_goes_first(
    void: Callable[..., Failure], runner: str
) -> None:
    assert void("score", runner).reason.endswith("RuntimeError: score 1000")


@pytest.mark.parametrize("runner", ["sync", "threading", "asyncio"])
def test_a_worker_without_files_to_be_had_says_so(void: Callable[..., Failure], runner: str) -> None:
    assert "Too many open files" in void("files", runner).reason


# What a task does to the process it runs in


@pytest.mark.parametrize("runner", ["sync", "multiprocessing", "asyncio", "processes-asyncio"])
@pytest.mark.parametrize("how", ["flood", "elsewhere", "close streams", "deaf", "daemon"])
def test_what_does_no_harm_to_the_figures_is_measured(measure: Measure, how: str, runner: str) -> None:
    record = measure(how, runner)
    assert isinstance(record, Observation), record
    assert record.n == 8


def test_a_worker_that_cannot_end_is_ended_and_its_answer_counts(measure: Measure) -> None:
    assert isinstance(measure("never ends", "threading"), Observation)


@pytest.mark.full
def test_a_pool_process_that_cannot_end_voids_the_cell_as_it_closes(void: Callable[..., Failure]) -> None:
    record = void("never ends", "multiprocessing", timeout=6)
    assert (record.stage, record.reason) == ("close", "no answer within 6 s; it was ended")


def test_a_stray_that_holds_the_door_open_is_not_waited_for(void: Callable[..., Failure]) -> None:
    began = time.monotonic()
    assert void("daemon and dead", "sync").reason == "ended with exit code 7 before it answered"
    assert time.monotonic() - began < SOON_S


@pytest.mark.parametrize("runner", ["sync", "asyncio"])
def test_rubbish_at_the_door_is_no_observation(void: Callable[..., Failure], runner: str) -> None:
    assert void("everywhere", runner).reason.startswith("its answer is not an observation: ")


@pytest.mark.parametrize("runner", ["sync", "multiprocessing"])
@pytest.mark.parametrize("how", ["no clock", "fast clock"])
def test_a_clock_that_was_tampered_with_is_noticed(
    void: Callable[..., Failure], how: str, runner: str
) -> None:
    record = void(how, runner)
    assert record.stage == "batch"
    assert "tampered with" in record.reason


def test_a_process_without_depth_ends_its_cell_alone(void: Callable[..., Failure]) -> None:
    assert "RecursionError" in void("shallow", "sync").reason


# The whole command


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("kill", "killed by SIGKILL"),
        pytest.param("escapes", "\\x1b[31mred\\x1b]0;title\\x07 \\ud800", marks=pytest.mark.full),
    ],
)
def test_the_others_are_measured_and_the_report_says_what_was_not(
    tmp_path: Path, how: str, words: str
) -> None:
    done = subprocess.run(
        [*RUN, "-w", f"{FILE}:Faulty", "-p", f"how={how}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    run = load_run(tmp_path / "reports" / "latest")
    assert run.plan.status == "done"
    failed = {(run.plan.cell[each.key].workload, run.plan.cell[each.key].runner) for each in run.failures}
    assert failed == {("faulty", "sync"), ("faulty", "threading")}
    measured = [run.plan.cell[seen.key].workload for seen in run.observations]
    assert measured.count("sleep") >= 2
    page = (tmp_path / "reports" / "latest" / "report.html").read_text()
    for output in (done.stdout, page):
        assert words in output
        assert "\x1b" not in output
