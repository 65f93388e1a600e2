"""Studies, the sweep and the ledger, as a user calls them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.findings.claim import CLAIMS
from bench.planning.study import STUDIES
from bench.storage.run_folder import load_run
from tests.integration.command import bench

SWEEP = ("-w", "sleep", "-p", "seconds=0.01", "-r", "asyncio", "-r", "threading")


def test_a_sweep_shows_throughput_by_level(tmp_path: Path) -> None:
    done = bench("sweep", *SWEEP, "-c", "2", "-c", "8", "-c", "32", "--blocks", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "How many tasks in flight can each model sustain" in done.stdout
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("sleep(seconds=0.01) ")]
    assert [line[1] for line in lines] == ["2", "8", "32"]
    rates = [float(line[2].replace(",", "")) for line in lines]
    assert rates[0] < rates[1] < rates[2]
    page = (tmp_path / "reports" / "latest" / "report.html").read_text(encoding="utf-8")
    assert "Throughput: sleep" in page


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--study", "laddr"), "Unknown study 'laddr': did you mean ladder?"),
        (("run", "--study", "ladder", "-w", "sleep"), "The study ladder has its own workloads"),
        (("run", "--study", "ladder", "-c", "4"), "The study ladder sets the tasks in flight itself"),
        (("run", "--study", "sweep", "-n", "4"), "A study sets its own number of tasks"),
        (("sweep", "-w", "slep"), "Unknown workload 'slep': did you mean sleep"),
        (("claims",), "reports/latest is not a run"),
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = bench(*words, cwd=tmp_path)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_study_alone_is_saved_shown_and_reported(tmp_path: Path) -> None:
    done = bench("run", "--study", "ladder", "--blocks", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "a process by spawn" in done.stdout
    run = load_run(tmp_path / "reports" / "latest")
    assert {cell.study for cell in run.plan.cells} == {"ladder", "calibration"}
    assert not run.failures
    page = (tmp_path / "reports" / "latest" / "report.html").read_text(encoding="utf-8")
    assert 'id="ladder"' in page


@pytest.mark.full
def test_the_ledger_of_a_run_says_what_it_cannot_decide(tmp_path: Path) -> None:
    bench("run", "-w", "sleep", "--blocks", "1", cwd=tmp_path)
    done = bench("claims", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert f"{len(CLAIMS.all)} claims" in done.stdout
    assert "not measured" in done.stdout
    assert "measure it with: python -m bench all" in " ".join(done.stdout.split())


def test_the_list_names_every_study(tmp_path: Path) -> None:
    text = bench("list", cwd=tmp_path).stdout
    assert all(study.name in text for study in STUDIES.all)
