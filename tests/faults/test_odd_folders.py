"""Run folders in which files are no files, or are far too large; and what lies beside a run in its folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from bench.core.errors import UserError
from bench.findings.collect import collect
from bench.report.files import write_files
from bench.report.html.index import write_index
from bench.storage.reader import LONGEST_LINE, MOST_LINES, load_plan
from bench.storage.run_folder import DEMOS, OBSERVATIONS, PLAN, RunFolder, load_run, write_whole
from tests.made_up import cell_of, observation_of, plan_of

CELL = cell_of("sleep", "sync")
MIB = 1 << 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with a line in each file, in a folder of runs."""
    made = RunFolder.create(tmp_path / "runs", plan_of([CELL]))
    made.append(observation_of(CELL, 0, 0.02))
    (made.path / DEMOS).write_text('{"demo":"count","model":"sync"}\n')
    made.finish("done")
    return made.path


def pipe(file: Path) -> None:
    os.mkfifo(file)


def directory(file: Path) -> None:
    file.mkdir()


def device(file: Path) -> None:
    file.symlink_to("/dev/zero")


def terminal(file: Path) -> None:
    file.symlink_to("/dev/tty")


def loop(file: Path) -> None:
    file.symlink_to(file.name)


def nowhere(file: Path) -> None:
    file.symlink_to("nowhere")


def locked(file: Path) -> None:
    file.write_text("{}")
    file.chmod(0)


def zeros(file: Path) -> None:
    """5 GB that take no room."""
    file.touch()
    os.truncate(file, 5 << 30)


def long_line(file: Path) -> None:
    with open(file, "wb") as out:
        out.write(b'{"observation":{"block":0,"key":"')
        for _ in range(12):
            out.write(b"k" * MIB)
        out.write(b'"}}\n')


def nested(file: Path) -> None:
    file.write_text("[" * 4 * MIB + "\n")


def numbers(file: Path) -> None:
    """As many objects as a file of its size can hold."""
    file.write_text('{"schema":2,"cells":[' + "[]," * 4 * MIB + "]}\n")


ODD = [pipe, directory, device, terminal, loop, nowhere, zeros, long_line, nested, numbers]


@pytest.mark.parametrize("name", [PLAN, OBSERVATIONS, DEMOS])
@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_file_or_too_large_is_told_in_little_memory(
    folder: Path, name: str, odd: Callable[[Path], None]
) -> None:
    (folder / name).unlink()
    odd(folder / name)
    tracemalloc.start()
    try:
        with pytest.raises(UserError) as told:
            load_run(folder)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert name in str(told.value) or str(folder) in str(told.value)
    assert len(str(told.value)) < 400 + 2 * len(str(folder))
    assert peak < 64 * MIB


def test_a_file_of_zeros_after_the_last_line_costs_nothing_else(folder: Path) -> None:
    """As a machine that lost its power leaves it."""
    file = folder / OBSERVATIONS
    os.truncate(file, file.stat().st_size + LONGEST_LINE // 2)
    assert len(load_run(folder).observations) == 1


@pytest.mark.full
def test_lines_without_end_are_told(folder: Path) -> None:
    line = (folder / OBSERVATIONS).read_bytes()
    failure = json.dumps({"failure": {"block": 0, "key": CELL.key, "stage": "batch", "reason": ""}})
    (folder / OBSERVATIONS).write_text((failure + "\n") * (MOST_LINES + 1))
    with pytest.raises(UserError, match="has more than 300,000 lines"):
        load_run(folder)
    (folder / OBSERVATIONS).write_bytes(line * 2)
    with pytest.raises(UserError, match="repeats a cell of block 0"):
        load_run(folder)


@pytest.mark.parametrize(
    ("schema", "versions", "words"),
    [
        (
            3,
            {"bench": "9.1"},
            "schema 3 and this version reads 2: use bench 9.1, which wrote it, or a newer one",
        ),
        (1, {"bench": "0.0.1"}, "schema 1 and this version reads 2: use bench 0.0.1, which wrote it."),
        (3, {}, "use a newer version"),
        (3, {"bench": ["\x1b"]}, "use a newer version"),
        (1, "none", "use the version that wrote it"),
        ("2", {}, "is not the JSON"),
        (10**30, {}, "schema 1000000000000000000… and"),
        (True, {}, "is not the JSON"),
    ],
)
def test_another_schema_is_told_with_the_version_to_use(
    folder: Path, schema: object, versions: object, words: str
) -> None:
    plan = json.loads((folder / PLAN).read_text())
    (folder / PLAN).write_text(json.dumps({**plan, "schema": schema, "versions": versions}))
    with pytest.raises(UserError, match=words):
        load_run(folder)


@pytest.mark.parametrize("command", ["report", "claims", "compare", "export"])
@pytest.mark.parametrize("odd", [pipe, long_line])
def test_every_command_tells_it_and_ends_with_2(
    folder: Path, command: str, odd: Callable[[Path], None]
) -> None:
    (folder / OBSERVATIONS).unlink()
    odd(folder / OBSERVATIONS)
    words = {"compare": [str(folder)] * 2, "export": [str(folder), "--format", "csv"]}.get(
        command, [str(folder)]
    )
    done = subprocess.run(
        [sys.executable, "-m", "bench", command, *words],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder.parent,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("bench: ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("odd", [*ODD, locked])
def test_a_hostile_neighbour_does_not_spoil_the_index(folder: Path, odd: Callable[[Path], None]) -> None:
    runs = folder.parent
    for name in (PLAN, OBSERVATIONS, DEMOS):
        neighbour = runs / f"beside-{name}"
        shutil.copytree(folder, neighbour)
        (neighbour / name).unlink()
        odd(neighbour / name)
    odd(runs / "\x1b[31m<zap>")
    write_index(runs)
    page = (runs / "index.html").read_text()
    assert folder.name in page
    assert "<zap" not in page
    assert f"beside-{OBSERVATIONS}" in page  # its plan is sound


def test_the_index_reads_plans_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = folder.parent
    for number in range(200):
        shutil.copytree(folder, runs / f"20200101-000000-{number}")
    monkeypatch.setattr("bench.storage.run_folder.load_run", None)
    monkeypatch.setattr("bench.report.html.index.MOST_RUNS", 150)
    write_index(runs)
    page = (runs / "index.html").read_text()
    assert page.count("<tr>") == 151
    assert "1 of 8" in page


@pytest.mark.parametrize("odd", [*ODD, locked])
def test_an_index_that_is_not_ours_is_left_alone(folder: Path, odd: Callable[[Path], None]) -> None:
    index = folder.parent / "index.html"
    odd(index)
    before = os.lstat(index)
    write_index(folder.parent)
    assert os.lstat(index).st_ino == before.st_ino


def test_links_that_lead_elsewhere_are_not_written_through(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("precious")
    for name in ("report.html", "results.csv", "index.html"):
        place = folder.parent if name == "index.html" else folder
        for planted in (place / name, place / f".{name}.{os.getpid()}"):
            if name != "index.html" or planted.name.startswith("."):
                planted.symlink_to(mine)
    write_files(collect(load_run(folder)), folder)
    assert mine.read_text() == "precious"
    assert "<!doctype html>" in (folder / "report.html").read_text()
    assert not (folder / "report.html").is_symlink()


def test_what_a_killed_process_left_is_written_over(tmp_path: Path) -> None:
    (tmp_path / f".page.{os.getpid()}").write_text("half a pa")
    write_whole(tmp_path / "page", "a page")
    assert (tmp_path / "page").read_text() == "a page"
    assert [each.name for each in tmp_path.iterdir()] == ["page"]


def test_a_name_that_cannot_be_printed_is_read_by_its_escape(folder: Path) -> None:
    plan = plan_of([cell_of("sl\x1b[31meep", "sync")])
    made = RunFolder.create(folder.parent, plan)
    made.append(observation_of(plan.cells[0], 0, 0.02))
    run = load_run(made.path)
    assert run.plan.cells[0].workload == r"sl\x1b[31meep"
    assert run.observations[0].key == run.plan.cells[0].key != plan.cells[0].key
    assert load_plan(made.path) == run.plan


def test_a_path_that_cannot_be_is_told() -> None:
    for path in ("a\0b", "x" * 5000, "/dev/zero", "/proc/self/mem"):
        with pytest.raises(UserError):
            load_run(Path(path))
