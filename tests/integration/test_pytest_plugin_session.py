"""What a session with the pytest plug-in takes and gives: options, warnings, the last section, its files."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.plugin_session import run, session
from tests.pythons import need

SAFE = "\ndef test_safe(concurrency):\n    concurrency.same_under_threads({})\n"


def test_what_cannot_be_told_warns_and_fails_where_that_is_asked_for(tmp_path: Path) -> None:
    tests = SAFE.format("changes")
    printed, _ = session(tmp_path, tests)
    assert "ConcurrencyWarning: same_under_threads: can't tell" in printed
    assert "1 passed" in printed
    printed, _ = session(tmp_path, tests, "--concurrency-strict")
    assert "can't tell whether changes gives the same results under threads" in printed
    assert "1 failed" in printed


def test_a_session_ends_with_its_figures_and_writes_them(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    tests = "\ndef test_size(concurrency):\n    concurrency.memory_per_task(waits)\n"
    printed, found = session(tmp_path, tests, f"--concurrency-report={report}")
    value, low, high = (found["test_size"][each] for each in ("value", "low", "high"))
    assert (
        0
        <= float(str(low))
        <= float(str(value))
        <= float(str(high))
        <= float(str(found["test_size"]["bound"]))
    )
    section = printed.partition("= concurrency =")[2]
    assert f"test_it.py::test_size: {found['test_size']['said']}" in section
    assert f"Report: {report}" in section
    assert "1 held" in report.read_text()


def test_a_report_is_written_whatever_is_printed(tmp_path: Path) -> None:
    run(tmp_path, "def test_other(): pass\n", "--concurrency-report=report.html", "--no-summary")
    assert "0 assertions failed, 0 held" in (tmp_path / "report.html").read_text()


def test_a_report_that_cannot_be_written_is_refused_at_once(tmp_path: Path) -> None:
    done = run(tmp_path, "", "--concurrency-report=nowhere/report.html")
    assert done.returncode == 4
    said = "ERROR: --concurrency-report nowhere/report.html: cannot be written; give a file in a folder."
    assert done.stderr.strip().splitlines()[-1] == said


def test_the_named_build_makes_the_assertion_and_no_other(tmp_path: Path) -> None:
    printed, found = session(tmp_path, SAFE.format("writes"), f"--concurrency-python={sys.executable}")
    assert found["test_safe"]["outcome"] == "holds"
    assert found["test_safe"]["python"]
    assert printed.partition("= concurrency =")[2].count("test_safe:") == 1
    printed, _ = session(tmp_path, SAFE.format("writes"), "--concurrency-python=2.99")
    assert "2.99: not found on PATH" in printed


@pytest.mark.full
def test_results_are_compared_without_a_gil_too_where_there_is_such_a_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = need("3.13t")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3.13t").symlink_to(Path(free).resolve())
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    plain = "import json\ndef writes():\n    return json.dumps({'a': 1})\n"
    (tmp_path / "plain.py").write_text(plain)
    tests = "from plain import writes\n" + SAFE.format("writes") + SAFE.format("adds").replace("safe", "here")
    printed, found = session(tmp_path, tests)
    assert str(found["test_safe"]["python"]).endswith("t")
    assert found["test_safe"]["outcome"] == "holds"
    assert "2 passed" in printed
