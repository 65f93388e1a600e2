"""Saved runs can be read and reported where nothing can be measured: on Windows, whose lack of modules, signals
and system calls is simulated in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HIDE = """
import asyncio, multiprocessing, os, pandas, psutil, signal, subprocess, sys  # they know Windows
for name in ("fcntl", "resource", "pwd", "grp", "termios", "tty"):
    sys.modules[name] = None
for name in ("SIGHUP", "SIGKILL", "SIGQUIT", "SIGSTOP", "SIGCONT", "SIGUSR1", "pthread_sigmask"):
    delattr(signal, name)
for name in ("killpg", "getuid", "sysconf", "getloadavg", "sched_getaffinity", "O_NONBLOCK", "O_CLOEXEC"):
    if hasattr(os, name):
        delattr(os, name)
"""
READ = """
import bench
import bench.api.pytest_plugin.places  # which pytest loads with the fixture
from bench.cli.app import app

for words in ("report", "claims", "export --format csv", "compare sample"):
    assert not app.main([*words.split(), "sample"], standalone_mode=False)
assert len(bench.load("sample").summary)
try:
    bench.run(workloads="null")
except bench.UserError as error:
    print(error)
"""
COMMAND = "sys.argv[1:] = {words!r}.split(); from bench.__main__ import main; main()"


def windows(where: Path, code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", HIDE + code],
        cwd=where,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_saved_run_is_read_reported_compared_and_exported(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "reports" / "sample", tmp_path / "sample")
    done = windows(tmp_path, READ)
    assert done.returncode == 0, done.stderr
    assert "not measure: it lacks" in done.stdout
    assert (tmp_path / "sample" / "compare.html").is_file()


@pytest.mark.parametrize("words", ["run -w null", pytest.param("list", marks=pytest.mark.full)])
def test_measuring_is_refused_in_one_sentence_that_says_why(tmp_path: Path, words: str) -> None:
    done = windows(tmp_path, COMMAND.format(words=words))
    assert done.returncode == 2
    assert done.stderr.startswith("bench: Windows can read and report saved runs, not measure: it lacks ")
    assert done.stderr.count("\n") == 1
