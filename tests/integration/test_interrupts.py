"""A service that dies in the midst of a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from bench.storage.run_folder import load_run

PATIENCE_S = 120  # of a busy machine


@pytest.fixture
def started(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A long run, marked so that its processes can be found."""
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "bench",
            "run",
            *("-w", "http[aiohttp]", "-w", "sleep", "-r", "sync", "-r", "asyncio", "-c", "4", "-n", "8"),
            *("-p", "delay=0.002", "-p", "seconds=0.002", "--blocks", "200"),
        ],
        cwd=tmp_path,
        env={**os.environ, "BENCH_TEST_MARK": str(tmp_path), "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def marked(mark: Path, word: str | None = None) -> list[psutil.Process]:
    """The processes that descend from a run, found by what they inherited; or those of a word of their
    command."""
    found = []
    for process in psutil.process_iter():
        try:
            if (
                process.environ().get("BENCH_TEST_MARK") == str(mark)
                and process.status() != psutil.STATUS_ZOMBIE
                and (word is None or word in process.cmdline())
            ):
                found.append(process)
        except psutil.Error:
            continue
    return found


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited for {what} in vain"
        time.sleep(0.02)


def measured(where: Path) -> int:
    return sum(len(file.read_bytes().splitlines()) for file in where.glob("reports/2*/observations.jsonl"))


@pytest.mark.full
def test_a_service_that_is_killed_is_started_again(started: subprocess.Popen[str], tmp_path: Path) -> None:
    wait_for(lambda: measured(tmp_path) >= 3, "observations")
    (service,) = marked(tmp_path, "bench.execution.services.http")
    service.kill()
    file = next(tmp_path.glob("reports/2*/observations.jsonl"))

    def http_again() -> bool:
        cells = {
            key for key, cell in load_run(file.parent).plan.cell.items() if cell.workload.startswith("http")
        }
        lines = [
            json.loads(line)
            for line in file.read_bytes().splitlines(keepends=True)[3:]
            if line.endswith(b"\n")
        ]
        return any("observation" in line and line["observation"]["key"] in cells for line in lines)

    wait_for(http_again, "a cell measured with the new server")
    wait_for(
        lambda: any(p.pid != service.pid for p in marked(tmp_path, "bench.execution.services.http")),
        "it",
    )
    started.send_signal(signal.SIGINT)
    started.communicate(timeout=PATIENCE_S)
    wait_for(lambda: not marked(tmp_path), "every process to end")
