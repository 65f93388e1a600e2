"""What the README and the texts that it links to print is true: examples run as printed, commands exist."""

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

from bench.findings.text.glossary import GLOSSARY

ROOT = Path(__file__).parents[2]
README, GUIDE, CONTRIBUTING = (
    ROOT / "README.md",
    ROOT / "bench" / "GUIDE.md",
    ROOT / ".github/CONTRIBUTING.md",
)
FILES = (README, GUIDE, ROOT / "bench" / "METHOD.md", CONTRIBUTING, ROOT / "reports" / "README.md")
TEXTS = {file: file.read_text(encoding="utf-8") for file in FILES}
MOST_BYTES = 14_336  # of the README
PLUGIN = ("-p", "no:concurrency", "-p", "bench.api.pytest_plugin")  # whether or not the package is installed


def printed(file: str) -> str:
    """The file that one of the texts shows in full."""
    shown = re.search(
        rf"the whole of `{re.escape(file)}`.*?```python\n(.*?)```", "".join(TEXTS.values()), re.DOTALL
    )
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
    (command,) = re.findall(r"    python -m (bench run -w parse_json.py:ParseJson .*)\n", TEXTS[README])
    said = ran([sys.executable, "-m", *command.split(), *BRIEFLY], tmp_path)
    assert "parse-json" in said


SHOWN = {
    "parse_json": "workloads",
    "thread_pool_imap": "bench/runners",
    "threads_sleep": "bench/findings/claims",
    "cells": "bench/report/exports",
}


def all_are_found(python: str, where: Path) -> None:
    """What the texts show is listed, measured, judged and exported, each by its name."""
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
        r"whole of `(\S+/studies/\S+\.py)`.*?```python\n(.*?)```",
        TEXTS[CONTRIBUTING],
        re.DOTALL,
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
    (entries,) = re.findall(r"```toml\n(.*?)```", TEXTS[CONTRIBUTING], re.DOTALL)
    install(python, entries, {file: printed(f"{file}.py") for file in SHOWN})
    all_are_found(str(python), tmp_path)


ONE_BLOCK = (
    "import bench.planning.plan as plan, sys; plan.BLOCKS['default'] = 1; plan.fewest_to_decide = lambda *_: 1;"
    " exec(sys.stdin.read())"
)


@pytest.mark.full
def test_what_it_shows_of_python_runs_as_printed(tmp_path: Path) -> None:
    """But for the number of blocks."""
    (shown,) = re.findall(r"With pandas:\n\n((?:(?:    .*)?\n)+)", TEXTS[GUIDE])
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


def help_of(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], capture_output=True, text=True, check=True)
    return done.stdout


def test_every_command_and_option_that_they_name_exists() -> None:
    helps: dict[str, str] = {}
    for line in re.findall(r"python -m bench ([a-z][^`\n]*)", "\n".join(TEXTS.values())):
        command, *words = line.partition("#")[0].strip(" `.;").split()
        if command not in helps:
            helps[command] = help_of("bench", command, "--help")
        for option in [word for word in words if word.startswith("-")]:
            assert option.rstrip(")`,.;:") in helps[command], line
    known = "".join([*helps.values(), help_of("pytest", *PLUGIN, "--help")])
    for text in TEXTS.values():
        for option in re.findall(r"`(--[a-z-]+)", text):
            assert re.search(rf"{option}\b", known), option


def slug(heading: str) -> str:
    """The anchor that GitHub gives a heading."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_link_leads_to_a_file_and_a_heading_in_this_repository(file: Path) -> None:
    for path, anchor in re.findall(r"\]\(([^)#:]*)#?([^)]*)\)", TEXTS[file]):
        target = file.parent / path if path else file
        assert target.exists(), path
        if anchor:
            assert anchor in map(slug, re.findall(r"^#+ (.*)", target.read_text(), re.MULTILINE)), anchor


def test_every_path_that_they_name_is_there() -> None:
    shown = {"bench/planning/studies/response_size.py", "bench/findings/studies/response_size.py"}
    for text in TEXTS.values():
        for path in re.findall(r"`(?:python )?((?:bench|tests|workloads|\.ci)/[^`\s]*)", text):
            assert path in shown or (ROOT / path).exists(), path
        for module in re.findall(r"python -m (tests\.[\w.]+)", text):
            path = ROOT / module.replace(".", "/")
            assert path.with_suffix(".py").is_file() or (path / "__main__.py").is_file(), module


def test_the_readme_is_short() -> None:
    assert README.stat().st_size <= MOST_BYTES


def test_the_words_of_the_method_are_those_of_the_report() -> None:
    words = [f"| {term.word} | {term.meaning} |" for term in GLOSSARY]
    assert "\n".join(words) in TEXTS[ROOT / "bench" / "METHOD.md"]
