"""The workflow, and the action that compares a pull request with its base."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ACTION = ROOT / ".github/actions/compare"


def test_the_workflow_runs_the_readmes_test_command() -> None:
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    commands = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    readme = (ROOT / "README.md").read_text()
    (command,) = [
        line.strip() for line in readme.splitlines() if line.startswith("    ") and "-m pytest" in line
    ][:1]
    assert command in commands
    matrix = jobs["tests"]["strategy"]["matrix"]
    assert (matrix["os"], matrix["python"]) == (["ubuntu-latest", "macos-latest"], ["3.11", "3.14", "3.14t"])


def test_the_action_hands_its_inputs_to_the_script() -> None:
    action = yaml.safe_load((ACTION / "action.yml").read_text())
    (step,) = action["runs"]["steps"]
    used = {name for name in action["inputs"] if f"inputs.{name}" in str(step["env"])}
    assert used == set(action["inputs"])


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A repository, and a command that writes down how it was called."""
    for words in (
        ["init", "-q"],
        ["-c", "user.name=n", "-c", "user.email=n@example.com", "commit", "-q", "--allow-empty", "-m", "x"],
    ):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)
    for name in ("bench-concurrency", "gh"):
        command = tmp_path / "bin" / name
        command.parent.mkdir(exist_ok=True)
        command.write_text(
            f'#!/bin/sh\nprintf "%s|" "$@" >> {tmp_path}/{name}.txt\necho "**one is slower**"\nexit $CODE\n'
        )
        command.chmod(0o755)
    return tmp_path


def compare(work: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "PATH": f"{work / 'bin'}:{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(work / "summary.md"),
        "WHAT": "work.py:pause -r threading",
        "CODE": "0",
        **inputs,
    }
    return subprocess.run(
        ["bash", str(ACTION / "compare.sh")], cwd=work, env=env, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("code", ["0", "1"])
def test_the_summary_has_the_comparison_and_the_job_its_exit_code(work: Path, code: str) -> None:
    done = compare(work, BASE="HEAD", FAIL_IF_SLOWER="5%", CODE=code)
    assert done.returncode == int(code)
    assert (work / "summary.md").read_text() == "**one is slower**\n"
    said = (work / "bench-concurrency.txt").read_text()
    assert said == "compare|work.py:pause|-r|threading|--against|HEAD|--markdown|--fail-if-slower|5%|"
    assert not (work / "gh.txt").exists()


def test_with_a_token_it_comments(work: Path) -> None:
    compare(work, BASE="HEAD", GH_TOKEN="t", PULL_REQUEST="7", REPOSITORY="a/b")
    assert (work / "gh.txt").read_text().startswith("pr|comment|7|--repo|a/b|--body-file|")


def test_without_a_base_it_says_so(work: Path) -> None:
    done = compare(work)
    assert done.returncode == 2
    assert "no base to compare with" in done.stderr
