"""The command as it is installed, in a folder that has modules of its own by the names of ours and others."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from bench import __version__

ROOT = Path(__file__).parents[2]
COMMAND = "import sys; sys.argv[0] = '/usr/bin/bench-concurrency'; from bench.__main__ import main; main()"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A folder whose modules would break whatever imports them."""
    for name in ("bench", "workloads", "httpx"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('not yours')\n")
    for name in ("json", "random", "statistics"):
        (tmp_path / f"{name}.py").write_text("raise RuntimeError('not yours')\n")
    return tmp_path


def command(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-c", COMMAND, *words],
        cwd=where,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def test_the_package_has_a_command() -> None:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    assert scripts == {"bench-concurrency": "bench.__main__:main"}


def test_it_says_its_name_and_version(tmp_path: Path) -> None:
    assert command(tmp_path, "--version").stdout == f"bench-concurrency {__version__}\n"
    assert command(tmp_path, "nothing").stderr.endswith("See `bench-concurrency --help`.\n")


def test_modules_of_the_folder_do_not_get_in_its_way(hostile: Path) -> None:
    done = command(hostile, "run", "-w", "http", "-r", "asyncio", "-n", "32", "--blocks", "1")
    assert done.returncode == 0, done.stderr
    assert "Report: " in done.stdout


def test_the_users_own_module_is_found_there(hostile: Path) -> None:
    (hostile / "mine.py").write_text("import time\n\ndef pause():\n    time.sleep(0.005)\n")
    done = command(hostile, "advise", "mine:pause", "-r", "threading", "--blocks", "1")
    assert done.returncode == 0, done.stderr
    assert "mine.pause" in done.stdout
