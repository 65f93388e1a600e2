"""However a run ends, nothing of it is left running and what was measured stays."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from bench.storage.run_folder import OBSERVATIONS, load_run
from tests.faults.run_process import (
    LONG,
    ONE_BLOCK,
    PATIENCE_S,
    SHORT,
    SMALL,
    Place,
    place,
    require_complete,
    wait_for,
)

SERVED = ("-w", "http[aiohttp]", "-w", "mongo[pymongo]", "-r", "sync", "-r", "threading", "-r", "asyncio")
WITH_SERVICES = ("run", *SERVED, "-c", "2", "-n", "4", "--blocks", "200")


@pytest.fixture
def here() -> Iterator[Place]:
    with place() as made:
        yield made


@pytest.mark.parametrize(
    "number",
    [signal.SIGINT, *(pytest.param(n, marks=pytest.mark.full) for n in (signal.SIGTERM, signal.SIGHUP))],
)
def test_an_interrupt_leaves_a_report_and_no_process(here: Place, number: signal.Signals) -> None:
    process = here.start(*SMALL, *LONG)
    wait_for(lambda: here.measured() >= 5, "observations")
    process.send_signal(number)
    output, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, errors) == (130, "")
    assert "Interrupted: the results are in reports/2" in output
    assert "continue with: python -m bench run --resume reports/2" in output
    folder = here.folder / "reports" / "latest"
    run = load_run(folder)
    assert run.plan.status == "interrupted"
    assert len(run.observations) >= 5
    assert (folder / "report.html").read_text().startswith("<!doctype html>")
    here.require_nothing_left()


@pytest.mark.full
def test_a_group_interrupt_as_a_terminal_sends_it(here: Place) -> None:
    process = here.start(*WITH_SERVICES)
    wait_for(lambda: here.measured() >= 2, "observations")
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, errors) == (130, "")
    here.require_nothing_left()


def test_an_interrupt_before_the_plan_says_so(here: Place) -> None:
    process = here.start(*WITH_SERVICES)
    wait_for(lambda: len(here.processes()) >= 3, "the watchdog and another helper process")
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 130
    assert errors == "bench: interrupted before anything was measured.\n"
    here.require_nothing_left()
    assert not here.folders()


@pytest.mark.full
def test_many_signals_end_it_as_one_does(here: Place) -> None:
    process = here.start(*SMALL, *LONG)
    wait_for(lambda: here.measured() >= 3, "observations")
    while process.poll() is None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            process.send_signal(number)
            time.sleep(0.01)
    output, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, errors) == (130, "")
    assert "Interrupted: the results are in" in output
    assert (here.folder / "reports" / "latest" / "report.html").is_file()
    here.require_nothing_left()


def test_a_parent_that_is_killed_leaves_no_process_and_a_readable_folder(here: Place) -> None:
    process = here.start(*WITH_SERVICES)
    wait_for(lambda: here.measured() >= 5, "observations")
    assert len(here.processes()) >= 3
    process.kill()
    process.communicate()
    here.require_nothing_left()
    run = load_run(here.folder / "reports" / "latest")
    assert run.plan.status == "running"
    assert len(run.observations) >= 5


@pytest.mark.full
def test_a_job_in_the_background_does_not_hear_the_terminals_interrupt(here: Place) -> None:
    process = here.start(*SMALL, *LONG, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN))
    wait_for(lambda: here.measured() >= 1, "observations")
    process.send_signal(signal.SIGINT)
    before = here.measured()
    wait_for(lambda: here.measured() >= before + 3, "it to go on")
    process.send_signal(signal.SIGTERM)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, errors) == (130, "")
    here.require_nothing_left()


def test_a_reader_that_goes_away_ends_nothing(here: Place) -> None:
    process = here.start(*SMALL, *ONE_BLOCK)
    assert process.stdout is not None
    assert any(line.startswith("Measuring") for line in process.stdout)  # what is taken out may come first
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(PATIENCE_S) == 0
    require_complete(here.folder / "reports" / "latest")
    here.require_nothing_left()


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed_are_done_without(here: Place, closed: str) -> None:
    command = ["sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "bench", *SMALL, *ONE_BLOCK]
    done = subprocess.run(
        command,
        cwd=here.folder,
        env=here.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )
    assert (done.returncode, done.stderr) == (0, "")
    run = require_complete(here.folder / "reports" / "latest")
    assert not run.failures
    here.require_nothing_left()


def limited(what: int, limit: int) -> Callable[[], None]:
    return lambda: resource.setrlimit(what, (limit, limit))


@pytest.mark.parametrize("files", [40, 8])
def test_few_open_files_are_a_run_or_a_sentence(here: Place, files: int) -> None:
    done = here.bench(*SMALL, *ONE_BLOCK, preexec_fn=limited(resource.RLIMIT_NOFILE, files))
    assert "Traceback" not in done.stdout + done.stderr
    if done.returncode == 0:
        require_complete(here.folder / "reports" / "latest")
    else:
        assert done.returncode in (2, 3)
        assert "files" in done.stdout + done.stderr
    here.require_nothing_left()


def require_to_go_on(here: Place) -> None:
    """The folder of the one run can be read, and the run be ended."""
    (folder,) = here.folders()
    before = load_run(folder).observations
    again = here.bench("run", "--resume", str(folder))
    assert again.returncode == 0, again.stderr
    run = require_complete(folder)
    assert run.observations[: len(before)] == before
    assert len(run.plan.resumed) == 1
    here.require_nothing_left()


@pytest.mark.full
def test_a_file_that_may_not_grow_ends_the_run_with_what_it_had(here: Place) -> None:
    longest = 6_000  # bytes: the plan fits, the observations do not
    ended = here.bench(*SMALL, "--blocks", "7", preexec_fn=limited(resource.RLIMIT_FSIZE, longest))
    assert ended.returncode == 2
    assert "Cannot write to reports/2" in ended.stderr
    assert "what was measured before is kept there" in ended.stderr
    assert "--resume reports/2" in ended.stderr
    assert "Traceback" not in ended.stderr
    here.require_nothing_left()
    (folder,) = here.folders()
    assert load_run(folder).observations
    assert (folder / OBSERVATIONS).read_bytes().endswith(b"\n")
    require_to_go_on(here)


@pytest.fixture
def disk(here: Place) -> Iterator[Path]:
    """A disk of 256 kB where the runs go."""
    where = here.folder / "reports"
    where.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(where)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield where
    subprocess.run(["umount", "--lazy", str(where)], check=True)


def fill(disk: Path) -> None:
    with open(disk / "full", "wb", buffering=0) as full, contextlib.suppress(OSError):
        while True:
            full.write(bytes(4096))


def test_a_full_disk_ends_the_run_with_what_it_had(here: Place, disk: Path) -> None:
    process = here.start(*SMALL, *SHORT)
    wait_for(lambda: here.measured() >= 2, "observations")
    fill(disk)
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert "No space left on device" in errors
    assert "what was measured before is kept there" in errors
    assert "Traceback" not in errors
    here.require_nothing_left()
    (disk / "full").unlink()
    require_to_go_on(here)


def test_a_full_disk_at_the_start_is_a_sentence(here: Place, disk: Path) -> None:
    fill(disk)
    done = here.bench(*SMALL, *ONE_BLOCK)
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert not here.folders()
    here.require_nothing_left()


def test_a_folder_that_is_removed_meanwhile_ends_the_run_with_a_sentence(here: Place) -> None:
    process = here.start(*SMALL, *LONG)
    wait_for(lambda: here.measured() >= 2, "observations")
    shutil.rmtree(here.folder / "reports")
    _, errors = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 2
    assert "is gone: it was removed" in errors
    assert "Traceback" not in errors
    here.require_nothing_left()


JUMPING = """
import itertools, time
real, steps = time.time, itertools.cycle([0, 86_400, -86_400, 3e8])
time.time = lambda: real() + next(steps)
"""


@pytest.mark.full
def test_a_clock_that_jumps_moves_labels_alone(here: Place) -> None:
    (here.folder / "site").mkdir()
    (here.folder / "site" / "sitecustomize.py").write_text(JUMPING)
    jumping = {**here.environment(), "PYTHONPATH": str(here.folder / "site")}
    done = here.bench(*SMALL, *ONE_BLOCK, "--budget", "10m", env=jumping)
    assert (done.returncode, done.stderr) == (0, "")
    require_complete(here.folder / "reports" / "latest")
    here.require_nothing_left()


def test_the_time_of_day_is_read_for_labels_alone() -> None:
    root = Path(__file__).parents[2]
    lines = [
        line.strip()
        for part in ("bench", "workloads")
        for file in (root / part).rglob("*.py")
        for line in file.read_text().splitlines()
        if ("time.time()" in line or "datetime.now(" in line) and "services" not in file.parts
    ]
    assert lines
    for line in lines:
        assert "started = time.time()" in line or ".isoformat(" in line, line


@pytest.mark.full
def test_two_runs_at_once_keep_apart(here: Place) -> None:
    both = [here.start(*SMALL, *ONE_BLOCK) for _ in range(2)]
    for process in both:
        _, errors = process.communicate(timeout=PATIENCE_S)
        assert (process.returncode, errors) == (0, "")
    assert len(here.folders()) == 2
    for folder in here.folders():
        require_complete(folder)
    assert (here.folder / "reports" / "latest").resolve() in {each.resolve() for each in here.folders()}
    here.require_nothing_left()


def test_a_run_that_is_going_on_is_not_resumed(here: Place) -> None:
    process = here.start(*SMALL, *LONG)
    wait_for(lambda: here.measured() >= 1, "observations")
    refused = here.bench("run", "--resume", "reports/latest")
    assert refused.returncode == 2
    assert "is being measured now" in refused.stderr
    process.kill()
    process.communicate()
    here.require_nothing_left()


@pytest.mark.full
def test_a_line_that_was_being_written_is_cut_off(here: Place) -> None:
    process = here.start(*SMALL, *SHORT)
    wait_for(lambda: here.measured() >= 3, "observations")
    process.kill()
    process.communicate()
    here.require_nothing_left()
    (folder,) = here.folders()
    with open(folder / OBSERVATIONS, "ab") as lines:
        lines.write(b'{"observation":{"block":1,"k')
    require_to_go_on(here)


@pytest.mark.full
def test_a_run_that_is_done_says_so(here: Place) -> None:
    assert here.bench(*SMALL, *ONE_BLOCK).returncode == 0
    before = (here.folder / "reports" / "latest" / OBSERVATIONS).read_bytes()
    again = here.bench("all", "--resume", "reports/latest")
    assert (again.returncode, again.stderr) == (0, "")
    assert "is complete: nothing is left to measure. Report: reports/2" in again.stdout
    contradicted = here.bench("run", "--resume", "reports/latest", "-n", "5")
    assert contradicted.returncode == 2
    assert "-n contradicts --resume" in contradicted.stderr
    assert (here.folder / "reports" / "latest" / OBSERVATIONS).read_bytes() == before


@pytest.mark.full
def test_a_resumed_run_tells_so(here: Place) -> None:
    process = here.start(*SMALL, *SHORT)
    wait_for(lambda: here.measured() >= 3, "observations")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE_S)
    again = here.bench("run", "--resume", "reports/latest", "--verbose")
    assert again.returncode == 0
    assert "Resuming reports/2" in again.stdout
    (when,) = json.loads((here.folder / "reports/latest/run.json").read_text())["resumed"]
    assert datetime.fromisoformat(when).tzinfo
    assert f"was resumed at {when}" in " ".join(again.stdout.split())
    assert when in (here.folder / "reports/latest/report.html").read_text()
