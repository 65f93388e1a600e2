"""The ledger, the questions and the demos in the report and the terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from bench.core.demo_outcome import Event, Outcome
from bench.core.errors import UserError
from bench.core.run import Run
from bench.findings.claim import CLAIMS
from bench.findings.collect import collect, tally
from bench.report.html.run import render
from bench.report.terminal.ledger import print_gist, print_ledger, print_replies
from bench.storage.run_folder import RunFolder, load_run
from tests.made_up import run_of

HOSTILE = "<img src=x onerror=alert(1)>"
EVENTS = [
    Event(0.0, "ada", "grinding", "waits"),
    Event(0.05, "ada", HOSTILE, "runs"),
    Event(0.1, "ada", "done", "ends"),
]
RACE = Outcome("race", "threading", EVENTS, 0.1, {"expected": 80, "counted": 40}, code=f"print({HOSTILE!r})")


def run(*outcomes: Outcome) -> Run:
    speedups = {("sleep", "threading"): 15.9, ("sleep", "asyncio"): 15.8, ("cpu-python", "threading"): 1.0}
    speedups |= {("cpu-python", "multiprocessing"): 1.9, ("cpu-native", "threading"): 1.9}
    return replace(run_of(speedups), demos=list(outcomes))


def test_the_report_shows_code_and_events_of_demos_as_text() -> None:
    page = render(collect(run(RACE)))
    assert 'id="demo-race"' in page
    assert "ada" in page
    assert HOSTILE not in page
    assert "&lt;img src=x" in page


def test_a_demo_that_did_not_come_out_says_so_and_decides_nothing() -> None:
    wrong = replace(RACE, unmet=["bo was served before ada"])
    page = render(collect(run(wrong)))
    assert "bo was served before ada" in page
    assert not collect(run(wrong)).builds[0].evidence.demo("race", "threading")


def test_the_report_links_a_claim_to_its_evidence_only_where_that_is() -> None:
    page = render(collect(run()))
    assert 'id="claim-gil-one-at-a-time"' in page
    assert 'href="#speedup">Speed-up by workload</a>' in page
    assert 'href="#demos"' not in page


def printed(width: int = 80) -> str:
    (build,) = collect(run(RACE)).builds
    out = io.StringIO()
    console = Console(file=out, width=width)
    print_ledger(build.judged, console)
    print_replies(build.replies, console)
    print_gist(build.judged, build.replies, console)
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 80, 140])
def test_the_terminal_shows_every_verdict_within_its_width(width: int) -> None:
    text = printed(width)
    assert all(len(line) <= width for line in text.splitlines())
    assert f"{len(CLAIMS.all)} claims" in text


def test_what_was_not_measured_has_its_command() -> None:
    text = printed()
    assert "measure it with: python -m bench all" in text
    assert "Not measured. Measure it with: python -m bench sweep" in text


def test_the_tally_counts_verdicts() -> None:
    found = collect(run()).builds[0].judged
    counts = [part.split(" ", 1) for part in tally(found).split(", ")]
    assert sum(int(count) for count, _ in counts) == len(found)


def test_demos_are_kept_in_the_run_folder(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, run().plan)
    folder.keep(RACE)
    folder.finish("done")
    assert load_run(folder.path).demos == [RACE]


def test_a_torn_line_costs_its_demo_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    folder = RunFolder.create(tmp_path, run().plan)
    folder.keep(RACE)
    folder.finish("done")
    lines = folder.path / "demos.jsonl"
    lines.write_bytes(lines.read_bytes() + b'{"demo": "ra')
    assert load_run(folder.path).demos == [RACE]
    lines.write_text('{"demo": 7}\n')
    with pytest.raises(UserError, match=r"Line 1 of .* is not a demo"):
        load_run(folder.path)
