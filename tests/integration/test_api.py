"""Runs from Python, measured and read again, each in a process of its own or in this one."""

from __future__ import annotations

import importlib
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import bench
import bench.analysis.frame
from bench.core.cell import CALIBRATION
from tests.integration.command import bench as command
from tests.integration.test_notebook import NAP

FAST: dict[str, Any] = {
    "workloads": "sleep",
    "runners": ["sync", "threading", "asyncio"],
    "params": {"seconds": 0.005},
    "concurrency": 2,
    "tasks": 8,
    "blocks": 1,
}


@pytest.fixture(scope="module")
def where(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("api")


@pytest.fixture(scope="module")
def measured(where: Path) -> bench.SavedRun:
    return bench.run(**FAST, seed=5, out=where)


def test_a_run_gives_what_it_measured(measured: bench.SavedRun, where: Path) -> None:
    assert measured.plan.status == "done"
    assert measured.plan.seed == 5
    assert measured.failures.empty
    assert measured.folder.parent == where
    assert len(measured.frame) == len(measured.plan.cells)
    rows = measured.summary.query("workload == 'sleep'").set_index("runner")
    assert set(rows.index) == {"sync", "threading", "asyncio"}
    assert (rows["concurrency"] == [1, 2, 2]).all()
    assert (rows["tasks"] == 8).all()
    assert (rows["blocks"] == 1).all()
    assert (rows["seconds_per_task"] > 0).all()
    assert rows.loc["asyncio", "speedup"] > 1
    assert set(rows["verdict"]) == {"", "indicative"}
    assert len(measured.claims) > 20


def test_the_documented_columns_exist(measured: bench.SavedRun) -> None:
    for table, text in (
        (measured.summary, bench.SavedRun.summary.__doc__),
        (measured.claims, bench.SavedRun.claims.__doc__),
        (measured.frame, bench.analysis.frame.__doc__),
    ):
        names = set(re.findall(r"(?:^|, )``(\w+)``", re.sub(r"\n +", "\n", text or ""), re.MULTILINE))
        assert len(names) > 3
        assert names <= set(table.columns)


def test_the_same_comes_back_from_the_folder(measured: bench.SavedRun, where: Path) -> None:
    again = bench.load(where / "latest")
    assert again.folder.resolve() == measured.folder.resolve()
    assert again.frame.equals(measured.frame)
    assert again.summary.equals(measured.summary)


def test_the_folder_has_what_the_command_writes(measured: bench.SavedRun, where: Path) -> None:
    files = {path.name for path in measured.folder.iterdir()}
    assert files == {"run.json", "observations.jsonl", "results.csv", "report.html"}
    assert (where / "index.html").exists()


@pytest.mark.full
def test_the_saved_command_measures_the_same_cells(measured: bench.SavedRun, where: Path) -> None:
    python, _, _, *words = measured.plan.command.split()
    assert python == "python"
    ran = command(*words, cwd=where)
    assert ran.returncode == 0, ran.stderr
    again = bench.load(where / "latest").plan
    # How many rounds the calibration takes follows from pilot runs.
    measured_before, now = (
        {cell.key for cell in plan.cells if cell.study != CALIBRATION} for plan in (measured.plan, again)
    )
    assert now == measured_before


@pytest.mark.full
def test_it_is_quiet_unless_told_otherwise(where: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bench.run(**FAST, out=where)
    assert capfd.readouterr() == ("", "")
    bench.run(**FAST, out=where, progress=True)
    said = capfd.readouterr()
    assert not said.out
    assert "block 1 of 1" in said.err


def test_another_thread_measures_too(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (where / "their_nap.py").write_text(NAP)
    monkeypatch.syspath_prepend(str(where))
    kind = importlib.import_module("their_nap").Nap
    with ThreadPoolExecutor(1) as pool:
        saved = pool.submit(bench.run, **{**FAST, "workloads": kind}, out=where).result()
    assert saved.failures.empty
    assert set(saved.summary.query("workload == 'nap'")["runner"]) == {"sync", "threading", "asyncio"}


def test_a_study_can_be_run(where: Path) -> None:
    saved = bench.run(studies="ladder", runners=["sync", "threading"], blocks=1, mode="quick", out=where)
    assert saved.summary.empty
    assert {"seconds_per_task", "verdict"} <= set(saved.summary.columns)
    assert (saved.frame["study"] == "ladder").any()


def test_an_interrupt_is_an_interrupt_and_what_was_measured_stays(where: Path) -> None:
    out = where / "interrupted"
    code = (
        "import bench, signal\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # a job in the background ignores it
        f"bench.run(workloads='sleep', runners='sync', params={{'seconds': 0.005}}, tasks=8, blocks=500, out={str(out)!r})"
    )
    ran = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    lines = out / "latest" / "observations.jsonl"
    while not (lines.exists() and lines.read_text().count("\n") > 2):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    ran.send_signal(signal.SIGINT)
    _, said = ran.communicate(timeout=60)
    assert ran.returncode == -signal.SIGINT
    assert f"KeyboardInterrupt: what was measured is in {out}" in said
    saved = bench.load(out / "latest")
    assert saved.plan.status == "interrupted"
    assert len(saved.frame) > 2


def test_a_bare_interpreter_imports_the_package() -> None:
    """As the measured one does: without site-packages."""
    root = Path(bench.__file__).parents[1]
    code = f"import sys; sys.path.insert(0, {str(root)!r}); import bench; print(bench.UserError.__name__)"
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=False
    )
    assert ran.stdout == "UserError\n", ran.stderr
