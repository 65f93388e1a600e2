"""The command as it is installed, in a folder that has modules of its own by the names of ours and others."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from bench import __version__
from bench.cli.app import app
from bench.cli.help import EXAMPLES, GROUPS, METAVARS

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


@pytest.mark.full
def test_the_users_own_module_is_found_there(hostile: Path) -> None:
    (hostile / "mine.py").write_text("import time\n\ndef pause():\n    time.sleep(0.005)\n")
    done = command(hostile, "advise", "mine:pause", "-r", "threading", "--blocks", "1")
    assert done.returncode == 0, done.stderr
    assert "mine.pause" in done.stdout


@pytest.mark.parametrize("columns", [60, 80, 120])
@pytest.mark.parametrize(
    "name", ["all", "run", "sweep", "advise", "compare", "claims", "export", "demo", "doctor"]
)
def test_help_is_grouped_fits_the_terminal_and_says_what_an_option_takes(name: str, columns: int) -> None:
    said = CliRunner().invoke(app, [name, "-h"], terminal_width=columns).stdout
    assert max(map(len, said.partition("Examples:")[0].splitlines())) <= columns
    assert not any(word in said for word in ("TEXT", "INTEGER", "FLOAT", str(2**63 - 1)))
    if name in ("run", "advise", "compare"):
        assert "What to measure:" in said
        assert "Examples:\n  bench " + name in said


def test_every_option_in_a_group_exists() -> None:
    context = click.Context(app)
    known = {
        parameter.name
        for name in app.list_commands(context)
        if (found := app.get_command(context, name))
        for parameter in found.params
    }
    assert {name for names in GROUPS.values() for name in names} <= known
    assert set(METAVARS) <= known
    assert set(EXAMPLES) <= set(app.list_commands(context))
