"""A run as a process of its own, and what it leaves behind."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.core.run import Run
from bench.planning.blocks import in_block
from bench.storage.run_folder import load_run

PATIENCE_S = 120  # of a busy machine
SMALL = ("run", "-w", "null", "-r", "sync", "-r", "multiprocessing", "-c", "2", "-n", "4")  # 3 cells
ONE_BLOCK = ("--blocks", "1")  # about two seconds
SHORT = ("--blocks", "3")
LONG = ("--blocks", "200")


@dataclass(frozen=True)
class Place:
    """Where runs are made: their folder, and one for temporary files with a short path."""

    folder: Path
    temporary: Path

    def environment(self) -> dict[str, str]:
        return {**os.environ, "BENCH_TEST_MARK": str(self.folder), "TMPDIR": str(self.temporary)}

    def start(self, *words: str, **options: object) -> subprocess.Popen[str]:
        """``python -m bench``, marked so that its processes can be found."""
        return subprocess.Popen(
            [sys.executable, "-m", "bench", *words],
            **{
                "cwd": self.folder,
                "env": self.environment(),
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "text": True,
                "start_new_session": True,
                **options,
            },
        )

    def bench(self, *words: str, **options: object) -> subprocess.CompletedProcess[str]:
        """The same, to its end."""
        process = self.start(*words, **options)
        out, errors = process.communicate(timeout=PATIENCE_S)
        return subprocess.CompletedProcess(words, process.returncode, out, errors)

    def folders(self) -> list[Path]:
        """The runs that there are."""
        return [each for each in self.folder.glob("reports/*") if each.is_dir() and not each.is_symlink()]

    def measured(self) -> int:
        """How many lines they have."""
        files = self.folder.glob("reports/2*/observations.jsonl")
        return sum(len(file.read_bytes().splitlines()) for file in files)

    def processes(self) -> list[psutil.Process]:
        """Those that descend from a run, found by what they inherited."""
        found = []
        for process in psutil.process_iter():
            try:
                mark = process.environ().get("BENCH_TEST_MARK")
                if mark == str(self.folder) and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def require_nothing_left(self) -> None:
        """No process, no temporary file, and nothing but runs and their index where they are saved."""
        wait_for(lambda: not self.processes(), "every process to end")
        wait_for(lambda: not list(self.temporary.iterdir()), "temporary files to go")
        hidden = [each.name for each in self.folder.glob("reports/.*")]
        assert not hidden


@contextmanager
def place() -> Iterator[Place]:
    """A new one; whatever runs there still is ended."""
    with tempfile.TemporaryDirectory(prefix="bf-") as folder:
        made = Place(Path(folder, "work"), Path(folder, "tmp"))
        made.folder.mkdir()
        made.temporary.mkdir()
        try:
            yield made
        finally:
            for process in made.processes():
                process.kill()
            wait_for(lambda: not made.processes(), "what was killed to end")
            shutil.rmtree(folder, ignore_errors=True)


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"waited for {what} in vain"
        time.sleep(0.02)


def require_complete(folder: Path) -> Run:
    """The run is done: every cell of every block is there, once."""
    run = load_run(folder)
    assert run.plan.status == "done"
    wanted = [(block, cell.key) for block in range(run.plan.blocks) for cell in in_block(run.plan, block)]
    assert sorted((result.block, result.key) for result in run.results) == sorted(wanted)
    return run
