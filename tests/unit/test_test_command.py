"""The command that runs the tests: side by side, alone, again; tried on small tests with this tree's conftest."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CONFTEST = ROOT / "tests" / "conftest.py"
TESTS = {
    "test_beside.py": """
import os

def test_worker():
    assert os.environ["PYTEST_XDIST_WORKER"]
""",
    "test_mixed.py": """
import os, pathlib, pytest

@pytest.mark.alone
def test_no_worker():
    assert "PYTEST_XDIST_WORKER" not in os.environ

def test_luck():
    there = pathlib.Path("tried")
    if not there.exists():
        there.touch()
        raise AssertionError("busy")
""",
}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Two files of tests: one test must run alone, and one fails the first time."""
    shutil.copy(CONFTEST, tmp_path)
    ini = "[pytest]\naddopts = -p xdist -p pytest_benchmark.plugin -n auto --dist loadfile\nmarkers = alone: by itself\n"
    (tmp_path / "pytest.ini").write_text(ini)
    for name, text in TESTS.items():
        (tmp_path / name).write_text(text)
    return tmp_path


def run(tree: Path, *words: str) -> tuple[int, str]:
    """The exit code, and what was printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words],
        cwd=tree,
        env={**env, "PYTEST_XDIST_AUTO_NUM_WORKERS": "1", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    return done.returncode, done.stdout + done.stderr


AGAIN = ("-n", "0", "--last-failed", "--last-failed-no-failures", "none", "--second-try")


def test_what_must_run_alone_runs_after_the_workers_and_what_failed_is_named_when_it_is_tried_again(
    tree: Path,
) -> None:
    code, said = run(tree)
    assert (code, "1 failed, 2 passed in" in said) == (1, True), said
    assert said.index("1 worker [2 items]") < said.index("collected 1 item")
    code, said = run(tree, *AGAIN)
    assert (code, "1 passed in" in said) == (0, True), said
    assert "The first time: 2 passed, 1 failed." in said
    assert "failed at first, passed when tried again: test_mixed.py::test_luck" in said
    code, said = run(tree, *AGAIN)
    assert code == 5, said  # nothing failed: nothing to try again


def test_what_fails_twice_fails(tree: Path) -> None:
    (tree / "test_mixed.py").write_text("import pytest\n@pytest.mark.alone\ndef test_bad():\n    assert 0\n")
    code, said = run(tree)
    assert (code, "1 failed, 1 passed in" in said) == (1, True), said
    code, said = run(tree, *AGAIN)
    assert (code, "1 failed in" in said) == (1, True), said
    assert "failed at first, failed when tried again: test_mixed.py::test_bad" in said


def test_a_file_that_cannot_be_imported_fails_whatever_runs_alone(tree: Path) -> None:
    (tree / "test_beside.py").write_text("import nowhere\n")
    code, said = run(tree)
    assert code != 0
    assert "No module named 'nowhere'" in said


def test_the_hooks_run_what_the_fast_check_runs() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())["repos"]
    assert [each["repo"] for each in hooks] == ["local"]
    fast = (ROOT / ".ci" / "quick").read_text()
    for hook in hooks[0]["hooks"]:
        assert hook["language"] == "system"
        assert hook["entry"].removeprefix("python -m ") in fast
