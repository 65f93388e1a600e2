"""Work that blocks: what it costs, without its async library, and when the run is interrupted."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.core.observation import Observation
from bench.storage.run_folder import load_run
from tests.faults.run_process import Place, place, wait_for
from tests.integration.command import bench
from tests.integration.test_builds import bare
from workloads.subprocess import Subprocess

Observe = Callable[..., Observation]


@pytest.mark.skipif(sys.platform != "linux", reason="CPU time is read from /proc")
@pytest.mark.parametrize("runner", ["sync", "threading", "multiprocessing", "asyncio"])
def test_what_a_child_computes_counts(observe: Observe, runner: str) -> None:
    long = Subprocess(rounds=100_000)
    before = os.times()
    long.task(None, 0)
    after = os.times()
    alone = after.children_user + after.children_system - before.children_user - before.children_system
    seen = observe(long, runner, concurrency=1 if runner == "sync" else 2, n=6)
    assert seen.cpu_s is not None
    assert alone / 2 < seen.cpu_s / seen.n < 4 * alone


@pytest.mark.full
def test_without_its_async_library_the_plain_form_is_measured(tmp_path: Path) -> None:
    empty = bare(sys.executable, tmp_path / "empty")
    words = ["-w", "file", "-r", "sync", "-r", "asyncio", "--blocks", "1", "--python", empty]
    done = bench("run", *words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (lacking,) = load_run(tmp_path / "reports" / "latest").plan.missing
    advice = "uv pip install --python empty/bin/python aiofiles"
    assert (lacking.workload, lacking.reason) == ("file[aiofiles]", f"it needs aiofiles: {advice}")
    assert advice in " ".join(done.stdout.split())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_leaves_no_file_and_no_child(number: signal.Signals) -> None:
    with place() as here:
        process = here.start(
            *("run", "-w", "file[open]", "-w", "sqlite[sqlite3]", "-w", "subprocess", "--blocks", "200"),
            *("-r", "sync", "-r", "multiprocessing", "-c", "2", "-n", "40"),
        )
        wait_for(lambda: here.measured() > 2 and holds_files(here), "files of a cell")
        process.send_signal(number)
        process.communicate()
        here.require_nothing_left()


def holds_files(here: Place) -> bool:
    """Whether a cell has filled its folder."""
    return any(here.temporary.glob("bench-cell-*/files/*")) or any(here.temporary.glob("bench-cell-*/*/db"))
