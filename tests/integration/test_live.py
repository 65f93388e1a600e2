"""The report of a run that goes on, as the commands write it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.test_interrupts import PATIENCE_S, wait_for

REFRESH = '<meta http-equiv="refresh"'
BLOCK = re.compile(r"Measuring: <b>block (\d+) of 300</b>")
LONG = (
    *("run", "-w", "sleep", "-r", "sync", "-r", "asyncio", "-c", "2", "-n", "4"),
    *("-p", "seconds=0.002", "--blocks", "300"),
)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A long run that is shown in a browser, which writes down what it is given."""
    browser = tmp_path / "browser"
    browser.write_text('#!/bin/sh\necho "$1" >> opened\ncat "${1#file://}" > shown\n')
    browser.chmod(0o755)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench", *LONG, "--open"],
        cwd=tmp_path,
        env={**os.environ, "BROWSER": f"{browser} %s"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_a_run_can_be_watched_and_its_page_is_whole_at_any_time(
    started: subprocess.Popen[str], tmp_path: Path
) -> None:
    shown = tmp_path / "shown"
    wait_for(lambda: shown.exists() and "</html>" in shown.read_text(), "a page")
    assert "Nothing has been measured yet" in shown.read_text()
    assert REFRESH in shown.read_text()
    (report,) = tmp_path.glob("reports/2*/report.html")
    assert (tmp_path / "opened").read_text().split() == [report.as_uri()]

    def blocks() -> set[int]:
        text = report.read_text()
        assert text.endswith("</html>")
        (block,) = BLOCK.findall(text)
        return {int(block)} if "Waiting, 2 at once" in text else set()

    index = report.parent.parent / "index.html"
    wait_for(index.exists, "an index")
    listed = index.read_text()
    assert report.parent.name in listed
    assert ">running</span>" in listed
    wait_for(lambda: max(blocks(), default=0) > 3, "a report with some blocks")
    (first,) = blocks()
    wait_for(lambda: min(blocks()) > first, "another block")
    started.send_signal(signal.SIGINT)
    out, said = started.communicate(timeout=PATIENCE_S)
    assert started.returncode == 130, said
    assert "No report during the run" not in out + said
    text = report.read_text()
    assert REFRESH not in text
    assert not BLOCK.findall(text)
    assert "Interrupted" in text


@pytest.mark.full
def test_a_run_that_is_killed_leaves_a_page(started: subprocess.Popen[str], tmp_path: Path) -> None:
    wait_for(lambda: bool(list(tmp_path.glob("reports/2*/report.html"))), "a page")
    (report,) = tmp_path.glob("reports/2*/report.html")
    wait_for(lambda: "Waiting, 2 at once" in report.read_text(), "a report")
    started.kill()
    started.communicate(timeout=PATIENCE_S)
    text = report.read_text()
    assert text.endswith("</html>")
    assert f"python -m bench report reports/{report.parent.name}" in text
