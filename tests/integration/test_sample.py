"""The committed sample is readable by this version, and the README shows what it shows."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from bench.analysis.summary import summarize
from bench.report.terminal.summary import print_summary
from bench.storage.run_folder import load_run

ROOT = Path(__file__).parents[2]


def test_the_readme_shows_the_samples_summary() -> None:
    console = Console(file=io.StringIO(), width=80)
    print_summary(summarize(load_run(ROOT / "reports" / "sample")), console)
    assert isinstance(console.file, io.StringIO)
    printed = [line.rstrip() for line in console.file.getvalue().strip().splitlines()]
    readme = [line.strip() for line in (ROOT / "README.md").read_text().splitlines()]
    assert [line.strip() for line in printed if line.strip()] == [
        line for line in readme[readme.index(printed[0].strip()) :] if line
    ][: len([line for line in printed if line.strip()])]


def test_the_sample_is_a_whole_default_run() -> None:
    run = load_run(ROOT / "reports" / "sample")
    assert (run.plan.status, run.plan.mode, run.failures) == ("done", "default", [])
    assert len(run.observations) == len(run.plan.cells) * run.plan.blocks
