"""`advise` on functions of known kinds: the advice is right, or it is a clear sentence why there is none."""

from __future__ import annotations

import os
import re
import statistics
import time
from pathlib import Path

import pytest

import bench.execution.user_function_probe
from bench.core.errors import UserError
from bench.core.user_function import Own
from bench.storage.run_folder import load_run
from tests.integration import own_functions
from tests.integration.command import bench as called
from tests.integration.conftest import Lab
from tests.integration.test_interrupts import marked

HERE = own_functions.__file__
FEW = ("-r", "sync", "-r", "threading", "-r", "multiprocessing")
BRIEF = ("--budget", "1s")  # a block: what is advised does not hang on a narrow interval
SOME = ("--budget", "5s")  # and here, not on all of them


def advise(where: Path, name: str, *words: str) -> str:
    """What is advised on one of the functions, in one line."""
    done = called("advise", *([f"{HERE}:{name}"] if name else []), *words, cwd=where)
    assert done.returncode in (0, 3), done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    return " ".join(done.stdout.split())


def refused(where: Path, *words: str) -> str:
    """The one sentence for what cannot be advised on."""
    done = called("advise", *words, cwd=where)
    assert done.returncode == 2, done.stdout
    assert len(done.stderr.splitlines()) == 1, done.stderr
    return done.stderr


def two_cores(said: str) -> None:
    """Whether threads share cores can be told only where there are two of them."""
    effective = re.search(r"effective ([\d.]+)", said)
    if not effective or float(effective[1]) < 1.5:
        pytest.skip("this machine has no two cores to give now")


def test_what_waits_goes_under_threads(tmp_path: Path) -> None:
    said = advise(tmp_path, "waits", *FEW, "-c", "16", "--budget", "10s")
    assert "Run own_functions.waits under threading with 16 in flight" in said
    assert "It waits: " in said
    announced = re.search(r"about [\d.]+ (?:s|minutes) and at most ([\d,]+) calls", said)
    assert announced, said
    run = load_run(tmp_path / "reports" / "latest")
    measured = sum(seen.n for seen in run.observations if run.plan.cell[seen.key].study == "advice")
    assert measured < int(announced[1].replace(",", "")) < 40 * measured  # 18 blocks, with what warms up
    page = (tmp_path / "reports" / "latest" / "report.html").read_text()
    assert "Run own_functions.waits under threading" in page


@pytest.mark.alone
def test_what_computes_in_python_goes_under_processes_and_holds_the_gil(tmp_path: Path) -> None:
    said = advise(tmp_path, "computes", *FEW, *SOME)
    assert "It computes: " in said
    two_cores(said)
    assert "It holds the GIL while it computes" in said
    assert "Run own_functions.computes under multiprocessing with 2 in flight" in said


@pytest.mark.alone
@pytest.mark.full
def test_what_computes_in_c_may_hold_the_gil_too(tmp_path: Path) -> None:
    said = advise(tmp_path, "computes_in_c", *FEW, *SOME)
    two_cores(said)
    assert "It holds the GIL while it computes" in said


@pytest.mark.alone
@pytest.mark.full
def test_what_lets_go_of_the_gil_goes_under_threads(tmp_path: Path) -> None:
    said = advise(tmp_path, "lets_go", *FEW, *SOME)
    two_cores(said)
    assert "It releases the GIL while it computes" in said
    assert "Run own_functions.lets_go under threading with 2 in flight" in said


@pytest.mark.alone
@pytest.mark.full
def test_what_waits_and_computes_is_told_so(tmp_path: Path) -> None:
    said = advise(tmp_path, "mixed", *FEW, "-c", "4", *SOME)
    assert re.search(r"It waits for \d+ % of the .* of a call and computes for the rest", said)


def test_what_awaits_goes_under_asyncio(tmp_path: Path) -> None:
    twin = ("--async-function", f"{HERE}:waits_async", "-r", "sync", "-r", "asyncio", "-c", "16", *BRIEF)
    said = advise(tmp_path, "waits", *twin)
    assert "Run own_functions.waits under asyncio with 16 in flight" in said
    assert "blocks the event loop" not in said


@pytest.mark.full
def test_a_coroutine_that_blocks_is_found(tmp_path: Path) -> None:
    said = advise(
        tmp_path, "", "--async-function", f"{HERE}:blocks", "-r", "sync", "-r", "asyncio", "-c", "16", *BRIEF
    )
    assert "Make own_functions.blocks a plain function (`def` instead of `async def`) and run it in" in said
    assert "As a coroutine it blocks the event loop" in said


ASYNC = ("-r", "sync", "-r", "asyncio", "-r", "threading", "-r", "multiprocessing")


def advise_async(where: Path, name: str, *words: str) -> str:
    return advise(where, "", "--async-function", f"{HERE}:{name}", *ASYNC, *words)


def test_a_coroutine_that_blocks_wholly_runs_in_threads_as_a_plain_function(tmp_path: Path) -> None:
    said = advise_async(tmp_path, "blocks", "-c", "8", *SOME)
    assert "Make own_functions.blocks a plain function" in said
    assert re.search(r"8 threads are ([4-9]|1\d)\.\d+x", said)
    assert "Run own_functions" not in said


@pytest.mark.full
def test_a_coroutine_that_blocks_for_a_part_says_how_many_calls_that_allows(tmp_path: Path) -> None:
    said = advise_async(tmp_path, "blocks_partly", "-c", "8", *SOME)
    assert "Move what blocks off own_functions.blocks_partly's event loop" in said
    assert re.search(r"mostly at own_functions\.py:\d+ in blocks_partly", said)
    allowed = re.search(r"no more than ([\d.]+) calls a second .* \(([\d.]+) were measured\)", said)
    assert allowed
    assert 50 < float(allowed[1]) < 110
    assert float(allowed[2]) < 1.2 * float(allowed[1])


@pytest.mark.full
def test_the_default_executor_is_named_where_it_caps(tmp_path: Path) -> None:
    many = str(4 * (os.cpu_count() or 1) + 16)
    said = advise_async(tmp_path, "hands_over", "-c", many, *SOME)
    if (os.cpu_count() or 1) > 16:
        pytest.skip("its threads are enough here")
    assert "Enlarge the event loop's default executor" in said
    assert "multiprocessing with" not in said


@pytest.mark.full
def test_a_limit_is_asked_about_and_not_gone_round(tmp_path: Path) -> None:
    said = advise_async(tmp_path, "limited", "-c", "10", "-c", "20", *SOME)
    assert re.search(r"Run own_functions.limited under asyncio with [45] in flight: more gain nothing", said)
    assert "Is that limit intended?" in said


@pytest.mark.full
def test_a_lock_is_asked_about_and_not_gone_round(tmp_path: Path) -> None:
    said = advise(tmp_path, "locked", *FEW, "-c", "4", "-c", "8", *SOME)
    assert "Leave own_functions.locked in a plain loop unless whatever serialises it can go" in said
    assert "Run own_functions" not in said


@pytest.mark.full
def test_children_that_compute_count(tmp_path: Path) -> None:
    said = advise(tmp_path, "runs_a_child", "-r", "sync", "-r", "threading", *BRIEF)
    assert "Its child processes compute" in said


@pytest.mark.full
def test_short_calls_are_grouped(tmp_path: Path) -> None:
    said = advise(tmp_path, "too_short", *FEW, *BRIEF)
    assert "multiprocessing in chunks" in said
    assert re.search(r"[\d,]+ calls were grouped into a task", said)


@pytest.mark.full
def test_a_cache_is_seen(tmp_path: Path) -> None:
    said = advise(tmp_path, "cached", "-r", "sync", *BRIEF)
    assert "Measure own_functions.cached without its cache" in said


@pytest.mark.full
def test_an_async_session_is_opened_and_closed(tmp_path: Path) -> None:
    setup = ("--setup", f"{HERE}:open_async_session")
    said = advise_async(tmp_path, "with_async_session", *setup, "-c", "4", *BRIEF)
    assert "Run own_functions.with_async_session under asyncio with 4 in flight" in said
    assert not load_run(tmp_path / "reports" / "latest").failures
    assert len((tmp_path / "closed").read_text()) >= 4 + 4 + 1  # threads, processes, asyncio


@pytest.mark.full
@pytest.mark.parametrize("name", ["called", "partial"])
def test_what_is_async_in_another_form_is_taken_as_it_is(tmp_path: Path, name: str) -> None:
    said = advise(tmp_path, "", "--async-function", f"{HERE}:{name}", *ASYNC[:4], "-c", "4", *BRIEF)
    assert "under asyncio with 4 in flight" in said


@pytest.mark.full
def test_what_cannot_be_pickled_has_no_processes(tmp_path: Path) -> None:
    said = advise(tmp_path, "not_picklable", *FEW, "-c", "4", *BRIEF)
    assert "multiprocessing cannot run it" in said
    assert "pickle" in said
    assert "under threading" in said
    assert "Its results cannot be pickled" in said


def test_what_is_not_thread_safe_is_found(tmp_path: Path) -> None:
    said = advise(tmp_path, "not_thread_safe", *FEW, "-c", "4", *BRIEF)
    assert "It is not safe under threading" in said
    assert "which is not what it returns alone" in said
    assert "Run own_functions.not_thread_safe under multiprocessing" in said


@pytest.mark.full
def test_arguments_and_a_session_are_handed_over(tmp_path: Path) -> None:
    said = advise(
        tmp_path, "with_arguments", "--args", '{"rounds": 200000, "modulus": 5}', "-r", "sync", *BRIEF
    )
    assert "It computes: " in said
    assert not load_run(tmp_path / "reports" / "latest").failures
    said = advise(
        tmp_path,
        "with_session",
        "--setup",
        f"{HERE}:open_session",
        "--args",
        "[0.01]",
        *FEW,
        "-c",
        "4",
        *BRIEF,
    )
    assert "It waits: " in said
    assert not load_run(tmp_path / "reports" / "latest").failures


def test_inputs_are_taken_in_turn_and_compared_each_with_its_own(tmp_path: Path) -> None:
    (tmp_path / "inputs").write_text('[0.004, "a"]\n\n{"seconds": 0.012, "text": "b"}\n[0.002, "c"]\n')
    said = advise(
        tmp_path, "echoes", "--inputs", "inputs", "-r", "sync", "-r", "threading", "-c", "4", *BRIEF
    )
    assert "It waits: " in said
    assert re.search(r"the [6-9]\.\d ms of a call", said)  # the mean
    assert "Its 3 inputs took turns" in said
    run = load_run(tmp_path / "reports" / "latest")
    assert not run.failures
    assert {cell.n % 3 for cell in run.plan.cells if cell.study == "advice"} == {0}


@pytest.mark.full
def test_an_input_whose_result_differs_in_threads_is_named(tmp_path: Path) -> None:
    (tmp_path / "inputs").write_text("[1]\n[2]\n[3]\n")
    said = advise(tmp_path, "keeps", "--inputs", "inputs", "-r", "sync", "-r", "threading", "-c", "4", *BRIEF)
    assert re.search(
        r"not safe under threading: .* returned \d for input \d, which is not what it returns", said
    )


@pytest.mark.full
def test_threads_that_wait_in_a_shared_session_get_one_each(tmp_path: Path) -> None:
    said = advise(tmp_path, "through_a_lock", "--setup", f"{HERE}:open_lock", *FEW[:4], "-c", "8", *BRIEF)
    assert re.search(
        r"Run own_functions.through_a_lock under threading with 8 in flight and a session for each", said
    )
    assert "Threads wait for each other in the session that they share" in said


@pytest.mark.full
def test_a_session_of_one_thread_alone_is_opened_in_each(tmp_path: Path) -> None:
    said = advise(tmp_path, "queries", "--setup", f"{HERE}:open_database", *FEW[:4], *BRIEF)
    assert "Its session works only in the thread that opened it" in said
    assert not load_run(tmp_path / "reports" / "latest").failures


@pytest.mark.full
def test_large_arguments_are_held_and_sent(tmp_path: Path) -> None:
    said = advise(tmp_path, "total", "--setup", f"{HERE}:open_numbers", *FEW, *BRIEF)
    allowed = re.search(r"with 2 processes, they reach ([\d.]+)x.*?; sent each time,.*? ([\d.]+)x", said)
    assert allowed, said
    assert float(allowed[2]) < 0.5 * float(allowed[1])


@pytest.mark.full
def test_results_that_differ_alone_are_not_compared(tmp_path: Path) -> None:
    said = advise(tmp_path, "random_result", *FEW, "-c", "4", *BRIEF)
    assert "Its results differ from call to call" in said
    assert not load_run(tmp_path / "reports" / "latest").failures
    assert "in flight" in said


@pytest.mark.full
def test_results_that_differ_between_processes_are_compared_within_each(tmp_path: Path) -> None:
    said = advise(tmp_path, "set_result", *FEW, "-c", "4", *BRIEF)
    assert "Its results differ from one process to the next" in said
    assert not load_run(tmp_path / "reports" / "latest").failures


@pytest.mark.full
def test_a_pickle_that_changes_on_a_round_trip_is_no_fault(tmp_path: Path) -> None:
    said = advise(tmp_path, "strided", *FEW, "-c", "4", *BRIEF)
    assert "not safe" not in said
    assert not load_run(tmp_path / "reports" / "latest").failures


@pytest.mark.full
def test_a_loop_takes_as_long_as_one_written_by_hand(tmp_path: Path) -> None:
    """However large the results are that it checks."""
    advise(tmp_path, "returns_much", "-r", "sync", *SOME)
    run = load_run(tmp_path / "reports" / "latest")
    measured = [seen for seen in run.observations if run.plan.cell[seen.key].study == "advice"]
    here = min(seen.wall_s / seen.n for seen in measured)
    found = []
    for _ in range(5):
        began = time.perf_counter()
        for _ in range(measured[0].n):
            own_functions.returns_much()
        found.append((time.perf_counter() - began) / measured[0].n)
    assert here < 4 * statistics.median(found)


@pytest.mark.full
@pytest.mark.parametrize("most", [100, 6000])
def test_calls_are_bounded_with_those_that_try_and_warm_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setenv("BENCH_TEST_CALLS", str(tmp_path / "calls"))
    said = advise(tmp_path, "counted", *FEW, "--max-calls", str(most), *SOME)
    assert "Run own_functions.counted under " in said
    assert len((tmp_path / "calls").read_bytes()) <= most


def test_calls_that_are_too_few_for_a_block_are_refused(tmp_path: Path) -> None:
    said = refused(tmp_path, f"{HERE}:waits", *FEW, "-c", "100", "--max-calls", "50")
    assert "one block takes" in said


@pytest.mark.full
def test_slow_calls_are_made_once_in_a_cell(tmp_path: Path) -> None:
    said = advise(tmp_path, "slow", *FEW, "--budget", "15s")
    assert "at most about 15 s" in said
    assert re.search(r"Run own_functions.slow under threading with \d+ in flight", said)
    run = load_run(tmp_path / "reports" / "latest")
    assert {cell.n for cell in run.plan.cells if cell.runner == "sync"} == {1}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((f"{HERE}:fails_sometimes",), " calls (ConnectionError: the far end hung up)"),
        ((f"{HERE}:generates",), "it is a generator, and a call runs none of it"),
        (("--async-function", f"{HERE}:generates_async"), "it is an async generator"),
        ((f"{HERE}:returns_a_coroutine",), "it returns a coroutine: name it with --async-function"),
        ((f"{HERE}:called",), "it is async: name it with --async-function"),
        ((f"{HERE}:with_session", "--args", "[0.1]", "--setup", f"{HERE}:waits_async"), "--setup is async"),
        (
            (f"{HERE}:with_arguments",),
            "missing a required argument: 'rounds'; give its arguments with --args",
        ),
        ((f"{HERE}:no_function",), "it is not a function but a int"),
        ((f"{HERE}:waits_async",), "it is async: name it with --async-function"),
        (("--async-function", f"{HERE}:waits"), "it is not async"),
        ((f"{HERE}:nowhere",), "has no attribute 'nowhere'"),
        ((f"{HERE}:ends_the_process",), "ended with exit code 7"),
        ((f"{HERE}",), "is not a function: write"),
        (("nowhere.py:f",), "there is no file nowhere.py"),
        (("no_such_module:f",), "No module named 'no_such_module'"),
        (("a b:f",), "is neither a file ending in .py nor a module's name"),
        (("json:dumps", "--args", "{"), "is not JSON"),
        (("json:dumps", "--args", "3"), "write [3] for one argument"),
        (("json:dumps", "--inputs", "nowhere"), "--inputs nowhere cannot be read: No such file"),
        (("json:dumps", "--inputs", HERE), "line 1 is not JSON"),
        (("json:dumps", "--inputs", HERE, "--args", "[3]"), "leave out --args"),
        ((), "Nothing to advise on"),
        ((f"{HERE}:waits", "--setup", f"{HERE}:fails"), "has no attribute 'fails'"),
    ],
)
def test_what_cannot_be_measured_is_one_sentence(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    assert sentence in refused(tmp_path, *words)


def test_what_never_returns_is_ended(lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bench.execution.user_function_probe, "TIMEOUT_S", 2.0)
    monkeypatch.setenv("BENCH_TEST_MARK", str(tmp_path))
    own = Own(function=f"{HERE}:never_returns")
    with pytest.raises(UserError, match="did not return within 2 s"):
        bench.execution.user_function_probe.probe_function(own, lab.host, lab.links, lab.watchdog)
    assert marked(tmp_path) == []


@pytest.mark.full
def test_a_module_of_the_working_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").touch()
    (tmp_path / "mine" / "work.py").write_text("from mine import helper\n\ndef f():\n    return helper.g()\n")
    (tmp_path / "mine" / "helper.py").write_text(
        "import time\n\ndef g():\n    time.sleep(0.01)\n    return 1\n"
    )
    done = called("advise", "mine.work:f", *FEW, "-c", "4", *BRIEF, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Run mine.work.f under threading with 4 in flight" in " ".join(done.stdout.split())
