"""Phrases that no reader should have to puzzle over are nowhere in the code or in the texts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("bench", "workloads", ".github", ".ci", "reports", "tests/faults")
ENDINGS = {".py", ".md", ".j2", ".js", ".yml", ""}
FILES = [ROOT / "README.md", *(file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*")))]
INSTEAD = {  # a pattern, and what to write
    "(?:lets?|letting) go of the GIL": "releases the GIL",
    "(?:not|was|is|are|were) to be had": "available, not installed",
    "not told apart": "tied with",
    "(?:run|system|Linux) does not tell": "unresolved, not measured, unknown",
    r"\bNot told\b": "Unknown",
    "as it lies there": "working tree",
    "is no (?:run|Python|size)\\b": "is not a run folder, not a Python interpreter, not a size",
    r"cannot be: ": "is impossible: ",
    "fit to measure on": "fit for benchmarking",
    "different from itself": "reports a difference between identical programs",
    "does each model stand": "can each model sustain",
    "against one after another": "compared with one at a time",
    "most that is possible": "15.1x of a possible 16.4x",
    "that take turns must": "two threads sharing one GIL must wait",
    "makespan by ": "the whole took 1.00 times the longest wait",
    "processes by threads": "a process pool takes 40 times as long to start as a thread pool",
    "by the speed of \\{": "compared with",
    "ratio is 1; ": "they should be equal; any difference is noise",
    "many times as dear": "log scale: each gridline costs 10 times more",
    "What one takes while": "memory each needs while idle",
    "What is said": "common claims, tested",
    "The constructs, at work": "asyncio constructs, demonstrated",
    "Did not come out": "unexpected result",
    "counts nowhere": "batches with failed calls are discarded",
    "mismeasured": "not trustworthy",
    r"\bBlocks \d+ of": "8 blocks, each in fresh processes",
    ">See it\\b": "a link that names its target",
    "speed of B by (?:that of )?A\\b": "the speed of B relative to A",
    "does not go with ": "cannot be combined with",
    "is no (?:name|package)\\b": "is not a name, not a package name",
    "\\bstood still\\b": "stalled",
}


@pytest.mark.parametrize("phrase", INSTEAD)
def test_no_text_says(phrase: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in FILES
        if file.suffix in ENDINGS and file.is_file() and "__pycache__" not in file.parts
        for number, line in enumerate(file.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if re.search(phrase, line)
    ]
    assert not found, f"better: {INSTEAD[phrase]}"
