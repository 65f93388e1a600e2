"""What the README prints is true: its example runs as printed, its commands exist."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import textwrap
import tomllib
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def printed(file: str) -> str:
    """The file that the README shows in full."""
    shown = re.search(rf"This is all of `{re.escape(file)}`.*?```python\n(.*?)```", README, re.DOTALL)
    assert shown, file
    return shown[1]


def ran(command: list[str], where: Path) -> str:
    done = subprocess.run(command, cwd=where, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    assert "failed" not in done.stdout
    return done.stdout


BRIEFLY = ["--blocks", "1", "-n", "4"]


@pytest.mark.full
def test_the_workload_that_it_shows_runs_from_any_file(tmp_path: Path) -> None:
    (tmp_path / "parse_json.py").write_text(printed("parse_json.py"))
    (command,) = re.findall(r"    python -m (bench run -w parse_json.py:ParseJson .*)\n", README)
    said = ran([sys.executable, "-m", *command.split(), *BRIEFLY], tmp_path)
    assert "parse-json" in said


SHOWN = {
    "parse_json": "workloads",
    "thread_pool_imap": "bench/runners",
    "threads_sleep": "bench/findings/claims",
    "cells": "bench/report/exports",
}


def all_are_found(python: str, where: Path) -> None:
    """What the README shows is listed, measured, judged and exported, each by its name."""
    bench = [python, "-m", "bench"]
    listed = ran([*bench, "list"], where)
    assert "parse-json" in listed
    assert "thread-pool-imap" in listed
    chosen = ["-w", "parse-json", "-w", "sleep", "-r", "sync", "-r", "threading", "-r", "thread-pool-imap"]
    assert "thread-pool-imap" in ran([*bench, "run", *chosen, *BRIEFLY], where)
    assert "threads-sleep" in ran([*bench, "claims"], where)
    assert "parse-json under thread-pool-imap\n" in ran([*bench, "export", "--format", "cells"], where)
    page = (where / "reports" / "latest" / "report.html").read_text()
    assert '<tr><th scope="row"><svg class="marker m-other-0"' in page, "it has a look of its own"


@pytest.mark.full
def test_what_it_shows_is_found_as_a_file_of_its_package(tmp_path: Path) -> None:
    for package in ("bench", "workloads"):
        shutil.copytree(ROOT / package, tmp_path / package)
    for file, folder in SHOWN.items():
        (tmp_path / folder / f"{file}.py").write_text(printed(f"{file}.py"))
    all_are_found(sys.executable, tmp_path)


@pytest.mark.full
def test_the_study_that_it_shows_is_two_files(tmp_path: Path) -> None:
    for package in ("bench", "workloads"):
        shutil.copytree(ROOT / package, tmp_path / package)
    shown = re.findall(
        r"[Tt]his (?:is all of|of) `(\S+/studies/\S+\.py)`.*?```python\n(.*?)```", README, re.DOTALL
    )
    assert len(shown) == 2
    for file, text in shown:
        (tmp_path / file).write_text(text)
    bench = [sys.executable, "-m", "bench"]
    said = ran([*bench, "run", "--study", "response-size", "--blocks", "1"], tmp_path)
    assert re.search(r"A response of 256 KiB takes \S+ times as long as one of 1 KiB", " ".join(said.split()))


@pytest.mark.full
def test_and_by_entry_points_of_a_package(tmp_path: Path) -> None:
    """In an environment of its own, into which nothing but that package is installed."""
    python = environment(tmp_path / "venv", with_packages_of=sys.executable)
    (entries,) = re.findall(r"```toml\n(.*?)```", README, re.DOTALL)
    install(python, entries, {file: printed(f"{file}.py") for file in SHOWN})
    all_are_found(str(python), tmp_path)


ONE_BLOCK = (
    "import bench.planning.plan as plan, sys; plan.BLOCKS['default'] = 1; plan.fewest_to_decide = lambda *_: 1;"
    " exec(sys.stdin.read())"
)


@pytest.mark.full
def test_what_it_shows_of_python_runs_as_printed(tmp_path: Path) -> None:
    """But for the number of blocks."""
    (shown,) = re.findall(r"From Python, with pandas:\n\n((?:(?:    .*)?\n)+)", README)
    done = subprocess.run(
        [sys.executable, "-c", ONE_BLOCK],
        input=textwrap.dedent(shown),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=200,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "indicative" in done.stdout
    assert (tmp_path / "reports" / "latest" / "report.html").is_file()


def environment(folder: Path, with_packages_of: str) -> Path:
    """A virtual environment that has all that another one has, and may be added to."""
    venv.create(folder)
    python = folder / "bin" / "python"
    there = subprocess.run(
        [with_packages_of, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    (packages_of(python) / "other.pth").write_text(f"{ROOT}\n{there}\n")
    return python


def packages_of(python: Path) -> Path:
    (folder,) = python.parent.parent.glob("lib/python*/site-packages")
    return folder


def install(python: Path, entries: str, modules: dict[str, str]) -> None:
    """What installing a package leaves behind: its modules, and its entry points."""
    where = packages_of(python)
    package, metadata = where / "your_package", where / "your_package-1.0.dist-info"
    package.mkdir()
    metadata.mkdir()
    (package / "__init__.py").touch()
    for name, text in modules.items():
        (package / f"{name}.py").write_text(text)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: your-package\nVersion: 1.0\n")
    groups = tomllib.loads(entries)["project"]["entry-points"]
    lines = [
        f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in points.items())
        for group, points in groups.items()
    ]
    (metadata / "entry_points.txt").write_text("\n".join(lines))


def test_every_command_and_option_that_it_names_exists() -> None:
    helps: dict[str, str] = {}
    for line in re.findall(r"python -m bench ([a-z][^`\n]*)", README):
        command, *words = line.partition("#")[0].strip(" `.;").split()
        if command not in helps:
            shown = [sys.executable, "-m", "bench", command, "--help"]
            helps[command] = subprocess.run(shown, capture_output=True, text=True, check=True).stdout
        for option in [word for word in words if word.startswith("-")]:
            assert option.rstrip(")`,.;:") in helps[command], line


def test_every_file_that_it_links_to_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target
