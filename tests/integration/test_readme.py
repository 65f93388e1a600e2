"""What the README prints is true: its example runs as printed, its commands exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_example_of_an_own_workload_runs_as_printed(tmp_path: Path) -> None:
    for package in ("bench", "workloads"):
        shutil.copytree(ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__"))
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    (name,) = re.findall(r"This is all of `workloads/(\w+\.py)`", README)
    (tmp_path / "workloads" / name).write_text(code)
    (command,) = re.findall(r"    python -m (bench run -w parse-json)\n", README)
    ran = subprocess.run(
        [sys.executable, "-m", *command.split(), "--blocks", "1", "-n", "4"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert "parse-json" in ran.stdout
    assert "failed" not in ran.stdout


def test_every_command_and_option_that_it_names_exists() -> None:
    helps: dict[str, str] = {}
    for line in re.findall(r"python -m bench ([^`\n]+)", README):
        command, *words = line.partition("#")[0].strip(" `.;").split()
        if command not in helps:
            shown = [sys.executable, "-m", "bench", command, "--help"]
            helps[command] = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
        for option in [word for word in words if word.startswith("-")]:
            assert option.rstrip(")`,.;:") in helps[command], line


def test_every_file_that_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
