"""Saved runs compared as a user compares them: real runs, and edited copies of the sample."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration.command import bench

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
SMALL = ("run", "-w", "sleep", "-w", "cpu-python", "-r", "sync", "-r", "threading", "-n", "6", "-c", "2")
SHORT = ("-p", "rounds=100_000")

PLAN = json.loads((SAMPLE / "run.json").read_text())
CELLS = sum(cell["study"] == "main" for cell in PLAN["cells"])

Change = Callable[[dict[str, Any]], object]


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("compare")


@pytest.fixture(scope="module")
def runs(where: Path) -> list[Path]:
    """Two runs of the same thing, and one whose sleep is longer."""
    for seconds, blocks in (("0.005", "2"), ("0.005", "2"), ("0.02", "1")):
        done = bench(
            *SMALL, *SHORT, "--blocks", blocks, "-p", f"seconds={seconds}", "--out", "out", cwd=where
        )
        assert done.returncode == 0, done.stderr
    return sorted(path for path in (where / "out").iterdir() if path.is_dir() and not path.is_symlink())


def edited(folder: Path, *, plan: Change = lambda _: None, seen: Change = lambda _: None) -> Path:
    """A copy of the sample with its plan and each of its observations changed."""
    folder.mkdir(parents=True)
    run = json.loads((SAMPLE / "run.json").read_text())
    plan(run)
    (folder / "run.json").write_text(json.dumps(run))
    with open(SAMPLE / "observations.jsonl") as lines, open(folder / "observations.jsonl", "w") as copy:
        for line in lines:
            record = json.loads(line)
            seen(record["observation"])
            copy.write(json.dumps(record) + "\n")
    return folder


def keys(workload: str, runner: str) -> set[str]:
    """Of a cell of the sample's comparison, and of its twin if it has one."""
    from bench.storage.run_folder import load_run

    return {
        cell.key
        for cell in load_run(SAMPLE).plan.cells
        if (cell.workload, cell.runner) == (workload, runner) and cell.study in ("main", "A/A")
    }


def longer(workload: str, runner: str, factor: float = 1.3) -> Change:
    """A change that makes that cell take longer."""
    chosen = keys(workload, runner)

    def change(seen: dict[str, Any]) -> None:
        if seen["key"] in chosen:
            seen["wall_s"] *= factor
            seen["steady_s"] = seen["steady_s"] and seen["steady_s"] * factor

    return change


def test_two_runs_of_the_same_thing_raise_no_alarm(runs: list[Path], where: Path) -> None:
    compared = bench("compare", runs[0], runs[1], "--fail-if-slower", "5%", cwd=where, COLUMNS="80")
    assert compared.returncode == 0, compared.stdout + compared.stderr
    assert not compared.stderr
    assert "none is shown to be slower or faster in B: 6 indicative" in " ".join(compared.stdout.split())
    assert all(len(line) <= 80 for line in compared.stdout.splitlines() if "out/" not in line)


def test_a_run_of_another_parameter_has_no_matching_cell(runs: list[Path], where: Path) -> None:
    compared = bench("compare", runs[0], runs[2], cwd=where)
    assert compared.returncode == 0, compared.stderr
    text = " ".join(compared.stdout.split())
    assert "parameters of sleep seconds=0.005 seconds=0.02" in text
    assert "Only in A: sleep under sync and sleep under threading." in text


@pytest.mark.full
def test_runs_with_nothing_in_common_are_refused(where: Path) -> None:
    made = []
    for runner in ("threading", "asyncio"):
        words = ("-w", "sleep", "-r", runner, "-n", "2", "-c", "2", "--blocks", "1", "--out", runner)
        assert bench("run", *words, cwd=where).returncode == 0
        made.append(Path(runner) / "latest")
    refused = bench("compare", *made, "--anyway", cwd=where)
    assert refused.returncode == 2
    assert refused.stderr.startswith("bench: A and B have no cell in common")
    assert len(refused.stderr.splitlines()) == 1


def test_the_sample_is_not_slower_than_itself(where: Path) -> None:
    same = bench("compare", SAMPLE, SAMPLE, "--fail-if-slower", "0.05", "--out", "pages", cwd=where)
    assert same.returncode == 0, same.stderr
    assert "A and B are the same run" in same.stdout
    assert "Nothing is shown to be slower by more than 5 %." in same.stdout


@pytest.mark.parametrize(
    ("workload", "runner"),
    [
        ("http[httpx]", "asyncio"),
        pytest.param("mongo[pymongo]", "threading", marks=pytest.mark.full),
        pytest.param("sleep", "sync", marks=pytest.mark.full),
    ],
)
def test_one_cell_that_takes_longer_fails_the_gate(workload: str, runner: str, where: Path) -> None:
    slow = edited(where / f"{workload}-{runner}", seen=longer(workload, runner))
    found = bench("compare", SAMPLE, slow, "--fail-if-slower", "5%", cwd=where)
    assert found.returncode == 1, found.stdout
    assert not found.stderr
    assert f"Slower by more than 5 %: {workload} under {runner} 0.77x" in " ".join(found.stdout.split())
    assert f"Of {CELLS} cells, 1 is slower and none is faster in B" in " ".join(found.stdout.split())
    assert bench("compare", SAMPLE, slow, "--fail-if-slower", "50 %", cwd=where).returncode == 0
    assert bench("compare", SAMPLE, slow, cwd=where).returncode == 0
    back = bench("compare", slow, SAMPLE, "--fail-if-slower", "5%", "--out", "pages", cwd=where)
    assert back.returncode == 0
    assert "1 is faster" in " ".join(back.stdout.split())


def test_the_gate_holds_for_markdown_too(where: Path) -> None:
    slow = edited(where / "a|b", seen=longer("sleep", "asyncio"))
    found = bench("compare", SAMPLE, slow, "--markdown", "--fail-if-slower", "5%", cwd=where)
    assert found.returncode == 1
    assert "| `sleep` | `asyncio` |" in found.stdout
    rows = [line for line in found.stdout.splitlines() if line.startswith("| `")]
    assert len(rows) == CELLS
    assert {row.count("|") for row in rows} == {10}


def test_the_page_lies_beside_bs_report(runs: list[Path], where: Path) -> None:
    compared = bench("compare", runs[0], runs[1], cwd=where)
    assert compared.returncode == 0, compared.stderr
    page = runs[1] / "compare.html"
    assert compared.stdout.splitlines()[-1] == f"Page: {page}"
    text = page.read_text(encoding="utf-8")
    assert 'href="report.html"' in text
    assert f'href="../{runs[0].name}/report.html"' in text
    assert f"python -m bench compare {runs[0]} {runs[1]}" in text


def test_or_where_it_is_wanted(runs: list[Path], where: Path) -> None:
    compared = bench("compare", runs[0], runs[1], "--markdown", "--out", "new/pages", cwd=where)
    assert compared.returncode == 0, compared.stderr
    assert (where / "new" / "pages" / "compare.html").is_file()
    assert "compare.html" not in compared.stdout
    refused = bench("compare", runs[0], runs[1], "--out", "/proc/pages", cwd=where)
    assert refused.returncode == 2
    assert refused.stderr.startswith("bench: Cannot write to /proc/pages")


def test_what_came_of_it_holds_without_a_page(runs: list[Path], where: Path) -> None:
    kept = where / "kept"
    shutil.copytree(runs[1], kept, ignore=shutil.ignore_patterns("compare.html"))
    (kept / "compare.html").mkdir()  # nothing can be written there
    compared = bench("compare", runs[0], kept, "--fail-if-slower", "5%", cwd=where)
    assert compared.returncode == 0, compared.stderr
    assert "The page of the comparison cannot be written" in compared.stdout


def test_another_machine_is_refused_unless_it_is_wanted(where: Path) -> None:
    def move(plan: dict[str, Any]) -> None:
        plan["machine"] |= {"host": "elsewhere", "cores": 64}

    other = edited(where / "moved", plan=move)
    for words in ((), ("--markdown",), ("--fail-if-slower", "5%")):
        refused = bench("compare", SAMPLE, other, *words, cwd=where)
        assert refused.returncode == 2
        assert not refused.stdout
        assert "different machines (host: " in refused.stderr
        assert "elsewhere in B; cores: " in refused.stderr
        assert len(refused.stderr.splitlines()) == 1
    wanted = bench("compare", SAMPLE, other, "--anyway", cwd=where)
    assert wanted.returncode == 0, wanted.stderr
    assert "Speed" in wanted.stdout


def test_another_python_is_compared_and_named(where: Path) -> None:
    def newer(plan: dict[str, Any]) -> None:
        plan["interpreters"][0] |= {"version": "3.99.0"}

    compared = bench("compare", SAMPLE, edited(where / "newer", plan=newer), cwd=where)
    assert compared.returncode == 0, compared.stderr
    text = " ".join(compared.stdout.split())
    version = PLAN["interpreters"][0]["version"]
    assert f"CPython {version}, GIL on" in text
    assert "CPython 3.99.0, GIL on" in text
    assert "Nothing is corrected for the machine's speed" in text


def test_what_is_no_run_or_no_share_is_one_sentence(where: Path) -> None:
    broken = where / "broken"
    shutil.copytree(SAMPLE, broken)
    (broken / "run.json").write_text("{")
    for words in (
        (SAMPLE, where / "nowhere"),
        (where, SAMPLE),
        (broken, SAMPLE),
        (SAMPLE, SAMPLE, "--fail-if-slower", "five"),
        (SAMPLE, SAMPLE, "--fail-if-slower", "5"),
    ):
        wrong = bench("compare", *words, cwd=where)
        assert wrong.returncode == 2, words
        assert wrong.stderr.startswith("bench: ")
        assert len(wrong.stderr.splitlines()) == 1
    assert bench("compare", SAMPLE, cwd=where).returncode == 2
