"""Runs that are interrupted at random moments: nothing is left behind, and each goes on to its end."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from bench.store import load_run
from tests.faults.run_process import PATIENCE_S, Place, place, require_complete

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
AT_ONCE = 2
PLAN = ("run", "-w", "null", "-r", "sync", "-r", "multiprocessing", "-c", "2", "-n", "4", "--blocks", "1")


@pytest.mark.timeout(3600)
def test_no_interrupt_loses_anything(request: pytest.FixtureRequest) -> None:
    """Of a plan of three seconds. ``--interrupts 10`` is for those who wait."""
    wanted = request.config.getoption("--interrupts")
    whole_s = seconds_of_a_run()
    with ThreadPoolExecutor(AT_ONCE) as executor:
        faults = list(executor.map(lambda number: fault_of(number, whole_s), range(wanted)))
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


def fault_of(number: int, whole_s: float) -> str:
    """What is wrong after the interrupt of that number; "" where nothing is."""
    draw = random.Random(f"interrupt {number}")
    which, moment = draw.choice(SIGNALS), draw.random() * whole_s
    told = f"interrupt {number}, {which.name} after {moment:.3f} s of {whole_s:.1f}"
    print(told)
    try:
        with place() as here:
            interrupt(here, which, moment)
    except (AssertionError, subprocess.TimeoutExpired) as error:
        return f"{told}: {error}"
    return ""


def interrupt(here: Place, which: signal.Signals, moment: float) -> None:
    """Start a run, interrupt it, look at what is left, and let it go on."""
    process = here.start(*PLAN)
    try:
        process.communicate(timeout=moment)
    except subprocess.TimeoutExpired:
        process.send_signal(which)
    out, errors = process.communicate(timeout=PATIENCE_S)
    # While Python starts, before it runs a line of ours, it handles signals in its own way.
    assert process.returncode in (0, 130, 1, -which), f"exit code {process.returncode}: {errors}"
    assert "Traceback" not in errors or "/bench/" not in errors, errors
    assert process.returncode != 1 or "Traceback" in errors
    here.require_nothing_left()
    folders = here.folders()
    assert len(folders) <= 1
    for folder in folders:
        before = load_run(folder)
        again = here.bench("run", "--resume", str(folder))
        assert again.returncode == 0, (out, errors, again.stderr)
        run = require_complete(folder)
        assert run.observations[: len(before.observations)] == before.observations
        assert (folder / "report.html").is_file()
        here.require_nothing_left()
