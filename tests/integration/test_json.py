"""``--json``: one document on standard output, of the documented type, with the saved run's figures."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TypeVar

import msgspec
import pandas as pd
import pytest

from bench import load
from bench.core.catalog import WORKLOADS
from bench.core.runner import RUNNERS
from bench.findings.advice.rules import Action
from bench.report.documents import SCHEMA
from bench.report.documents.comparison import ComparisonDocument
from bench.report.documents.fitness import FitnessDocument
from bench.report.documents.ledger import LedgerDocument
from bench.report.documents.listing import ListingDocument
from bench.report.documents.run import RunDocument
from tests.integration.command import bench
from tests.integration.test_against import git
from tests.integration.test_notebook import NAP

SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
Document = TypeVar("Document")


def document(ran: subprocess.CompletedProcess[str], kind: type[Document]) -> Document:
    """What it printed, all of which is that document."""
    assert ran.returncode == 0, ran.stderr
    assert msgspec.json.decode(ran.stdout)["schema"] == SCHEMA
    return msgspec.json.decode(ran.stdout, type=kind, strict=True)


def require_the_runs_figures(found: RunDocument, where: Path) -> None:
    """The cells are those of the saved run."""
    saved = load(where / found.folder)
    assert (found.status, found.command, found.seed) == ("done", saved.plan.command, saved.plan.seed)
    assert (where / found.report).is_file()
    rows = saved.summary
    assert [(each.workload, each.runner) for each in found.cells] == [
        *zip(rows["workload"], rows["runner"], strict=True)
    ]
    assert [each.seconds_per_task.median for each in found.cells] == list(rows["seconds_per_task"])
    for name, figures in (("speedup", "median"), ("low", "low"), ("high", "high")):
        told = pd.Series([getattr(each.speedup, figures, float("nan")) for each in found.cells])
        assert list(told.fillna(0)) == list(rows[name].fillna(0))
    assert [each.verdict or "" for each in found.cells] == list(rows["verdict"])


def test_a_run(tmp_path: Path) -> None:
    ran = bench("run", "-w", "sleep", "-p", "seconds=0.005", "--blocks", "2", "--json", cwd=tmp_path)
    found = document(ran, RunDocument)
    assert "block 1 of 2" in ran.stderr
    require_the_runs_figures(found, tmp_path)
    assert {each.kind for each in found.by_kind} == {"io"}
    assert found.comparison is None
    again = document(bench("run", "--resume", found.folder, "--json", cwd=tmp_path), RunDocument)
    assert again == found


@pytest.mark.full
def test_everything(tmp_path: Path) -> None:
    ran = bench("all", "--quick", "--blocks", "1", "--json", cwd=tmp_path)
    found = document(ran, RunDocument)
    require_the_runs_figures(found, tmp_path)
    assert found.mode == "quick"


def test_a_sweep(tmp_path: Path) -> None:
    words = ("-w", "sleep", "-p", "seconds=0.01", "-r", "asyncio", "-c", "2", "-c", "8", "--blocks", "1")
    found = document(bench("sweep", *words, "--json", cwd=tmp_path), RunDocument)
    rows = load(tmp_path / found.folder).frame.query("study == 'sweep'")
    told = {each.concurrency: each.figures["tasks_per_s"].median for each in found.studies}
    assert told == pytest.approx(dict(zip(rows["concurrency"], rows["tasks_per_s"], strict=True)))
    assert {2, 8} <= set(told)


def test_advice(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("import time\n\ndef pause():\n    time.sleep(0.005)\n")
    words = ("advise", "mine.py:pause", "-r", "threading", "-c", "8", "--blocks", "1", "--json")
    found = document(bench(*words, cwd=tmp_path), RunDocument)
    assert found.advice is not None
    assert found.advice.action in set(Action)
    assert found.advice.share_waiting > 0.5
    rows = load(tmp_path / found.folder).frame.query("study == 'advice' and runner == 'threading'")
    (cell,) = [each for each in found.studies if each.runner == "threading"]
    assert cell.figures["seconds_per_task"].median == pytest.approx(rows["seconds_per_task"].median())


@pytest.mark.parametrize(
    "words",
    [
        ("run", "-w", "their_nap.py:Nap", "-n", "2", "--blocks", "2"),
        pytest.param(("advise", "their_nap.py:pause", "--budget", "3s"), marks=pytest.mark.full),
    ],
    ids=["run", "advise"],
)
def test_revisions(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "their_nap.py").write_text(f"{NAP}\ndef pause():\n    time.sleep(0.005)\n")
    git(tmp_path, "init", "--quiet")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "a nap")
    against = ("-r", "sync", "--against", "HEAD", "--fail-if-slower", "900%", "--json")
    found = document(bench(*words, *against, cwd=tmp_path), RunDocument)
    rows = load(tmp_path / found.folder).compared
    assert found.comparison is not None
    assert found.comparison.a.startswith("HEAD (")
    assert (found.comparison.fail_if_slower, found.comparison.passed) == (9.0, True)
    (cell,) = found.comparison.cells
    assert (cell.before_s, cell.after_s) == pytest.approx((rows["before"].iloc[0], rows["after"].iloc[0]))
    assert cell.speed.median == pytest.approx(rows["speed"].iloc[0])
    assert (found.advice is not None) == (words[0] == "advise")


def test_a_comparison(tmp_path: Path) -> None:
    words = ("compare", SAMPLE, SAMPLE, "--out", "pages", "--fail-if-slower", "5%", "--json")
    found = document(bench(*words, cwd=tmp_path, BENCH_THRESHOLD="3%"), ComparisonDocument)
    assert (found.fail_if_slower, found.passed, found.threshold) == (0.05, True, 0.03)
    assert len(found.cells) == len(load(SAMPLE).summary)
    assert all(each.before_s == each.after_s for each in found.cells)
    assert (tmp_path / "pages" / "compare.html").is_file()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((SAMPLE, SAMPLE, "--json", "--markdown"), "choose one"),
        ((SAMPLE, SAMPLE, "--threshold", "0"), "threshold=0.0: it must be a number between 0.001 and 1"),
        ((SAMPLE, "nowhere"), "nowhere is not a run"),
        ((SAMPLE, "--json"), "one build of Python and one revision"),
    ],
    ids=["two formats", "no threshold", "no run", "one run"],
)
def test_a_comparison_that_cannot_be_prints_nothing(
    tmp_path: Path, words: tuple[str | Path, ...], said: str
) -> None:
    ran = bench("compare", *words, cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert said in ran.stderr


def test_claims(tmp_path: Path) -> None:
    found = document(bench("claims", SAMPLE, "--json", cwd=tmp_path), LedgerDocument)
    rows = load(SAMPLE).claims
    (build,) = found.builds
    assert [(each.id, each.verdict, each.because) for each in build.claims] == [
        *zip(rows["id"], rows["verdict"], rows["because"], strict=True)
    ]
    assert any(each.answer for each in build.questions)


def test_the_machine(tmp_path: Path) -> None:
    found = document(bench("doctor", "--json", cwd=tmp_path), FitnessDocument)
    assert found.fit == all(each.verdict != "poor" for each in found.findings)
    assert "load" in {each.name for each in found.findings}
    assert {each.origin for each in found.settings} == {"default"}


def test_the_list(tmp_path: Path) -> None:
    found = document(bench("list", "--json", cwd=tmp_path), ListingDocument)
    assert [each.label for each in found.workloads] == [kind.label() for kind in WORKLOADS.all]
    assert [each.name for each in found.runners] == [runner.name for runner in RUNNERS.with_variants]
    one = document(bench("list", "sleep", "--json", cwd=tmp_path), ListingDocument)
    (sleep,) = one.workloads
    assert {each.name: each.default for each in sleep.parameters} == {"seconds": 0.02}
