"""All that is done with a saved run, in one process, and what must hold of what comes out."""

from __future__ import annotations

import csv
import io
import json
import re
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console

import bench
from bench.core.errors import UserError
from bench.core.run import Run
from bench.findings.collect import Findings, collect
from bench.report.compared import of_pairs, of_runs
from bench.report.exports import EXPORTS
from bench.report.files import write_files
from bench.report.markdown.compare import markdown
from bench.report.terminal.compare import print_compared
from bench.report.terminal.ledger import print_claims, print_ledger, print_replies
from bench.report.terminal.summary import print_run
from bench.storage.run_folder import load_run

CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
PARTS = 3
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError where so much computing does not suffice. A busy machine does not count."""

    def too_long(*_: object) -> None:
        raise TimeoutError(f"not done after computing for {seconds} s")

    before = signal.signal(signal.SIGVTALRM, too_long)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def use(folder: Path, other: Run, part: int) -> None:
    """A part of the commands that read a run, on a folder that lies alone in its parent: pages (0), what the
    terminal and other tools get (1), comparisons and data frames (2). What a user must mend is UserError."""
    console = Console(file=io.StringIO(), width=80)
    run = load_run(folder)
    if part == 0:
        _pages(run, folder)
    elif part == 1:
        found = collect(run)
        print_run(found, console)
        print_run(found, console, verbose=True)
        _claims(found, console)
        _exports(found)
    else:
        for pair in ((run, other), (other, run)):
            _compare(pair, console)
        saved = bench.load(folder)
        assert len(saved.frame) == len(run.observations)
        print(saved, saved.summary, saved.claims, saved.compared, saved.failures, file=console.file)
    check_terminal(console.file.getvalue())


def _pages(run: Run, folder: Path) -> None:
    report = write_files(collect(run), folder)
    for page in [*folder.glob("*.html"), folder.parent / "index.html"]:
        check_page(page.read_text(encoding="utf-8"))
    check_csv((folder / "results.csv").read_text(encoding="utf-8"))
    assert report.parent == folder


def _claims(found: Findings, console: Console) -> None:
    print_claims(found.builds, console)
    for build in found.builds:
        print_ledger(build.judged, console)
        print_replies(build.replies, console)


def _exports(found: Findings) -> None:
    for name in EXPORTS.names():
        with suppress(UserError):
            text = EXPORTS.get(name).export(found)
            if name == "csv":
                check_csv(text)
            elif name == "markdown":
                assert not CONTROL.search(text)
            else:
                json.loads(text, parse_constant=pytest_fail)


def pytest_fail(constant: str) -> None:
    raise AssertionError(f"{constant} is no JSON")


def _compare(pair: tuple[Run, Run], console: Console) -> None:
    for shown in (of_runs(*pair, 0.05, anyway=True), of_pairs(pair[0], 0.01)):
        print_compared(shown, console)
        text = markdown(shown, 0.05)
        assert not CONTROL.search(text)
        assert not CONTROL.search(shown.refused)


def check_page(text: str) -> None:
    """No markup of the run's, and no script but the page's own under its policy."""
    assert "<zap" not in text
    assert len(re.findall("<script", text, re.IGNORECASE)) in (2, 3)
    assert "default-src &#39;none&#39;; script-src &#39;sha256-" in text
    assert "javascript:" not in text


def check_csv(text: str) -> None:
    """No cell that a spreadsheet would run; numbers are numbers."""
    rows: Sequence[Sequence[str]] = list(csv.reader(io.StringIO(text)))
    for cell in {cell for row in rows for cell in row if cell.startswith(FORMULA)}:
        float(cell)


def check_terminal(text: str) -> None:
    """Nothing but text and ends of lines."""
    wrong = CONTROL.search(text)
    assert not wrong, repr(text[max(wrong.start() - 200, 0) : wrong.end() + 50])
