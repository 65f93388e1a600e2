"""The doctor as a user calls it, on this machine and on one that was made worse."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

URI = "mongodb://me:hunter2@127.0.0.1:9/"
NAMES = (
    "core count",
    "governor",
    "turbo",
    "load",
    "memory",
    "swap",
    "open-file limit",
    "clock source",
    "processes",
    "environment",
    "effective cores",
    "timer",
    "steal",
    "MongoDB",
    "interpreters",
    "workloads",
    "models",
    "settings",
)


def bench(*words: str, cwd: Path, files: int = 0, **env: str) -> subprocess.CompletedProcess[str]:
    """Run it, with at most so many files open at once."""
    limited = ["sh", "-c", f'ulimit -n {files} && exec "$@"', "sh"] if files else []
    return subprocess.run(
        [*limited, sys.executable, "-m", "bench", *words],
        check=False,
        cwd=cwd,
        env={**os.environ, "COLUMNS": "80", "PYTHONIOENCODING": "utf-8", **env},
        capture_output=True,
        text=True,
        timeout=100,
    )


def lines_of(ran: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """What is said under each name, its sign first; "" has the last words."""
    found: dict[str, str] = {}
    name = ""
    for line in ran.stdout.splitlines():
        if line[:2] in ("✓ ", "! ", "? "):
            name = line[2:18].strip()
            found[name] = line[0]
        elif not line.strip():
            name = ""
        found[name] = f"{found.get(name, '')} {line[18:] if name else line}".strip()
    return found


def test_every_check_has_a_line(tmp_path: Path) -> None:
    ran = bench("doctor", cwd=tmp_path, BENCH_BUDGET="2m")
    assert (ran.returncode, ran.stderr) == (0, "")
    lines = lines_of(ran)
    assert tuple(name for name in lines if name) == NAMES
    assert lines[""].startswith("Fit for benchmarking")
    assert all(len(line) <= 80 for line in ran.stdout.splitlines())
    assert "embedded" in lines["MongoDB"]
    assert (
        lines["settings"]
        == "✓ budget 120s (from BENCH_BUDGET); python, out, threshold and mongo-uri: default"
    )
    assert not list(tmp_path.iterdir())


@pytest.mark.full
def test_few_files_and_a_dead_server_are_found(tmp_path: Path) -> None:
    ran = bench("doctor", cwd=tmp_path, files=256, BENCH_MONGO_URI=URI)
    assert ran.returncode == 0, ran.stderr
    lines = lines_of(ran)
    assert lines["open-file limit"].startswith("! 256 (1,088 needed) Cells with 1,024 connections will fail")
    assert lines["MongoDB"].startswith("! no MongoDB answers at mongodb://127.0.0.1:9: ")
    assert "hunter2" not in ran.stdout + ran.stderr
    assert "open-file limit" in lines[""]
    assert "MongoDB" in lines[""]


@pytest.mark.full
def test_what_is_set_and_taken_out_is_told(tmp_path: Path) -> None:
    ran = bench("doctor", cwd=tmp_path, PYTHONASYNCIODEBUG="1", OMP_NUM_THREADS="1", PYTHONHASHSEED="7")
    assert ran.returncode == 0, ran.stderr
    said = lines_of(ran)["environment"]
    assert said.startswith("✓ OMP_NUM_THREADS")
    assert "PYTHONASYNCIODEBUG" in said.partition("removed from measured processes")[0]
    assert said.endswith("; PYTHONHASHSEED set, and kept in measured processes")


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[str]:
    """The name of a process that computes. It would clear a screen."""
    name = "\x1b[2J[bold]x"
    link = tmp_path / name
    link.symlink_to(sys.executable)
    process = subprocess.Popen([link, "-I", "-S", "-c", "while True: pass"])
    yield name
    process.kill()
    process.wait()


@pytest.mark.alone
@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a process is named otherwise")
@pytest.mark.full
def test_what_computes_is_named_and_its_name_does_nothing(busy: str, tmp_path: Path) -> None:
    ran = bench("doctor", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    said = lines_of(ran)["processes"]
    assert said.startswith("! ")
    named = busy.encode("unicode_escape").decode()
    assert named in said or re.search(r"of a core and \d+ more; ", said), said  # the five heaviest are named
    assert "\x1b" not in ran.stdout


def test_a_mistake_is_exit_code_2(tmp_path: Path) -> None:
    for words in (["--mongo-uri", ""], ["--mongo"], ["now"]):
        ran = bench("doctor", *words, cwd=tmp_path)
        assert (ran.returncode, ran.stdout) == (2, "")


@pytest.mark.full
def test_a_run_keeps_what_was_found_and_says_what_was_poor(tmp_path: Path) -> None:
    words = ("run", "-w", "http[httpx]", "-r", "threading", "--blocks", "1", "-n", "20", "-c", "20")
    ran = bench(*words, "--verbose", cwd=tmp_path, files=80)
    assert ran.returncode == 0, ran.stderr
    said = " ".join(ran.stdout.split())
    assert "Before the run: " in said
    assert "open-file limit was 80 (84 needed)" in said
    plan = json.loads((tmp_path / "reports" / "latest" / "run.json").read_text())
    assert "open-file limit" in {finding["name"] for finding in plan["findings"] if finding["advice"]}
    assert "Before the run" in (tmp_path / "reports" / "latest" / "report.html").read_text()
