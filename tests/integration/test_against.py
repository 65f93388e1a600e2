"""Two revisions of a user's code, and two environments, measured side by side by the real commands."""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from bench.storage.run_folder import load_run

JOB = """
from dataclasses import dataclass

from bench import Workload
{imports}

def job():
    return sum(range({size}))


@dataclass(frozen=True)
class Adds(Workload):
    '''Add numbers.'''

    name = family = "adds"
    bound = "cpu"
    flavours = frozenset({{"sync"}})

    def task(self, session, i):
        return job()

    def check(self, result, i):
        return 0
"""


def git(where: Path, *words: str) -> str:
    named = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    return subprocess.run(
        ["git", *named, *words], cwd=where, capture_output=True, text=True, check=True
    ).stdout


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """In which the work was half as much once."""
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "--quiet")
    (root / "helper.py").write_text("SIZE = 200_000\n")
    (root / "work.py").write_text(JOB.format(imports="from helper import SIZE", size="SIZE"))
    git(root, "add", ".")
    git(root, "commit", "--quiet", "--message", "fast")
    (root / "helper.py").write_text("SIZE = 600_000\n")
    (root / "new.py").write_text(JOB.format(imports="", size=1000))
    return root


def bench(where: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """In a temporary folder of its own, in which nothing may be left; runs are saved beside it."""
    words = words if "../reports/latest" in words else (*words, "--out", "../reports")
    folder = where.parent / "temporary"
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "bench", *words],
        cwd=where,
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
        timeout=250,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert not list(folder.iterdir())
    return done


@pytest.mark.alone
def test_what_got_slower_fails_the_gate_and_says_so_in_markdown(repository: Path) -> None:
    Path(repository, ".git", "info", "exclude").write_text("__pycache__/\n")  # Python's own, on import
    before = git(repository, "status", "--porcelain")
    done = bench(
        repository,
        "compare", "-w", "work.py:Adds", "-r", "sync", "-n", "20", "--blocks", "8",
        "--against", "HEAD", "--fail-if-slower", "30%", "--markdown",
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    assert done.stdout.startswith("A: `HEAD (")
    assert "**Of 1 cell, 1 is slower and none is faster in B.**" in done.stdout
    assert "| `adds` | `sync` |" in done.stdout
    assert "block 8 of 8" in done.stderr
    assert git(repository, "status", "--porcelain") == before
    run = load_run(repository.parent / "reports" / "latest")
    assert {python.revision.partition(" (")[0] for python in run.plan.interpreters} == {
        "HEAD",
        "working tree",
    }
    again = bench(repository, "compare", "../reports/latest", "--fail-if-slower", "900%")
    assert again.returncode == 0, again.stderr
    assert "Nothing is shown to be slower by more than 900 %" in again.stdout


def test_the_same_code_passes_it(repository: Path) -> None:
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "slow")
    done = bench(
        repository,
        "run", "-w", "work.py:Adds", "-r", "sync", "-n", "3", "--blocks", "6", "--against", "HEAD",
        "--fail-if-slower", "100%",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "B  working tree (" in done.stdout
    assert "Nothing is shown to be slower by more than 100 %" in done.stdout


@pytest.mark.full
def test_advice_on_a_function_tells_what_became_of_it_too(repository: Path) -> None:
    (repository / "work.py").write_text("def job():\n    return sum(range(300_000))\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "right")
    (repository / "work.py").write_text("def job():\n    return sum(range(300_001))\n")
    done = bench(repository, "advise", "work.py:job", "-r", "sync", "--against", "HEAD", "--max-calls", "400")
    assert done.returncode == 0, done.stdout + done.stderr
    said = " ".join(done.stdout.split())
    assert "work.job in a plain loop" in said
    assert "Of 1 cell" in said
    assert "B returns different results from A: work.job under sync." in said
    assert "no answer was checked" not in said


@pytest.mark.full
def test_a_function_is_compared_one_call_after_another(repository: Path) -> None:
    (repository / "work.py").write_text("def job():\n    for i in range(600_000):\n        pass\n")
    git(repository, "add", ".")
    git(repository, "commit", "--quiet", "--message", "slow")
    (repository / "work.py").write_text("def job():\n    for i in range(200_000):\n        pass\n")
    done = bench(repository, "compare", "work.py:job", "--against", "HEAD", "--blocks", "6")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "none is slower and 1 is faster in B" in " ".join(done.stdout.split())


def test_what_the_revision_does_not_have_is_a_sentence(repository: Path) -> None:
    done = bench(
        repository, "compare", "-w", "new.py:Adds", "-r", "sync", "--against", "HEAD", "--blocks", "1"
    )
    assert done.returncode == 2
    assert "no cell was measured on both sides" in done.stderr
    assert "there is no file" in done.stderr


@pytest.mark.full
def test_two_environments_are_compared_by_what_is_installed_in_them(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    pythons = []
    for name, size in (("old", 900_000), ("new", 90_000)):
        venv.create(tmp_path / name)
        (packages,) = (tmp_path / name).glob("lib/python*/site-packages")
        (packages / "theirs.py").write_text(f"SIZE = {size}\n")
        pythons += ["--python", str(tmp_path / name)]
    (work / "work.py").write_text(
        JOB.format(
            imports="try:\n    from theirs import SIZE\nexcept ImportError:\n    SIZE = 0", size="SIZE"
        )
    )
    done = bench(work, "compare", "-w", "work.py:Adds", "-r", "sync", "-n", "3", "--blocks", "6", *pythons)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "none is slower and 1 is faster in B" in " ".join(done.stdout.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compare"], "Nothing to compare: name two saved runs"),
        (["compare", "a", "b", "--against", "HEAD"], "saved runs are compared without"),
        (["compare", "a", "-w", "sleep"], "-w applies only to measuring: add --against REV"),
        (["compare", "--against", "HEAD"], "name what to measure"),
        (["compare", "work.py:job", "-w", "sleep", "--against", "HEAD"], "not to a function: leave them out"),
        (["compare", "-w", "work.py:Adds", "--against", "nothing"], "has no such revision"),
        (["run", "-w", "sleep", "--fail-if-slower", "5%"], "add --against REV"),
        (["run", "--study", "sweep", "--against", "HEAD"], "leave out --against or --study"),
    ],
)
def test_a_mistake_is_a_sentence(repository: Path, words: list[str], said: str) -> None:
    done = bench(repository, *words)
    assert done.returncode == 2, done.stdout
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
