"""Runs that are interrupted at random moments: nothing is left behind, and each goes on to its end."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from bench.core.errors import UserError
from bench.execution.resume import resume_run
from bench.execution.session import Quiet
from bench.planning.options import Options
from bench.storage.run_folder import load_run
from tests.faults.run_process import PATIENCE_S, Place, place, require_complete

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
AT_ONCE = 2
PLAN = ("run", "-w", "null", "-r", "sync", "-r", "multiprocessing", "-c", "2", "-n", "4", "--blocks", "1")

Step = Callable[[Place, signal.Signals, float], None]


@pytest.mark.timeout(3600)
def test_no_interrupt_loses_anything(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a plan that takes two seconds by itself and three beside other tests."""
    wanted = request.config.getoption("--interrupts")
    whole_s = seconds_of_a_run()
    with ExitStack() as stack:
        places = [stack.enter_context(place()) for _ in range(wanted)]
        with ThreadPoolExecutor(AT_ONCE) as executor:
            faults = list(executor.map(lambda pair: fault_of(interrupt, *pair, whole_s), enumerate(places)))
        for number, here in enumerate(places):
            monkeypatch.setenv("BENCH_TEST_MARK", str(here.folder))
            faults.append(fault_of(go_on, number, here, whole_s))
    assert not [fault for fault in faults if fault]


def seconds_of_a_run() -> float:
    """How long one takes with as many beside it, so that interrupts come from its start to its report."""
    with ThreadPoolExecutor(AT_ONCE) as executor:
        return max(executor.map(lambda _: timed_run(), range(AT_ONCE)))


def timed_run() -> float:
    with place() as here:
        began = time.monotonic()
        done = here.bench(*PLAN)
        assert done.returncode == 0, done.stderr
        here.require_nothing_left()
        return time.monotonic() - began


def fault_of(step: Step, number: int, here: Place, whole_s: float) -> str:
    """What is wrong after a step with the interrupt of that number; "" where nothing is."""
    draw = random.Random(f"interrupt {number}")
    which, moment = draw.choice(SIGNALS), draw.random() * whole_s
    told = f"interrupt {number}, {which.name} after {moment:.3f} s of {whole_s:.1f}, {step.__name__}"
    print(told)
    try:
        step(here, which, moment)
    except (AssertionError, UserError, subprocess.TimeoutExpired) as error:
        return f"{told}: {error}"
    return ""


def interrupt(here: Place, which: signal.Signals, moment: float) -> None:
    """Start a run, interrupt it, and look at what is left."""
    process = here.start(*PLAN)
    try:
        process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        process.send_signal(which)
    _, errors = process.communicate(timeout=PATIENCE_S)
    # While Python starts, before it runs a line of ours, it handles signals in its own way.
    assert process.returncode in (0, 130, 1, -which), f"exit code {process.returncode}: {errors}"
    assert "Traceback" not in errors or "/bench/" not in errors, errors
    assert process.returncode != 1 or "Traceback" in errors
    here.require_nothing_left()
    assert len(here.folders()) <= 1


def go_on(here: Place, which: signal.Signals, _: float) -> None:
    """Let it go on: by the command after a Ctrl-C, else by what the command calls, which takes less time."""
    for folder in here.folders():
        before = load_run(folder)
        if which is signal.SIGINT:
            again = here.bench("run", "--resume", str(folder))
            assert again.returncode == 0, again.stderr
            assert (folder / "report.html").is_file()
        else:
            resume_run(folder, Options(), Quiet())
        run = require_complete(folder)
        assert run.observations[: len(before.observations)] == before.observations
        here.require_nothing_left()
