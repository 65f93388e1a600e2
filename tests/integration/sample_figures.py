"""The figures of the committed sample's report, whatever words stand around them.

``python -m tests.integration.sample_figures`` accepts a change: it writes them again.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import tempfile
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
from rich.console import Console

from bench import load
from bench.findings.collect import collect
from bench.report.terminal.summary import print_run
from bench.storage.run_folder import load_run
from tests.integration.command import bench

ROOT = Path(__file__).parents[2]
SAMPLE, README, RUNS = ROOT / "reports" / "sample", ROOT / "README.md", ROOT / "reports" / "README.md"
CELLS, PAGE = Path(__file__).with_name("sample_cells.csv"), Path(__file__).with_name("sample_page.json")
BLOCK = r"(?m)(?:^    .*\n(?:\n+(?=    ))?)+"  # of output, in a text
NUMERAL = re.compile(r"\d[\d,]*(?:\.\d+)?")
NAMES = re.compile(r"names-(\d)")  # of a table whose other columns are figures
FIGURES = {"right", "entry", "figure"}  # classes of what holds figures rather than words


class Figures(HTMLParser):
    """The numerals in the figures of a page's tables and tiles, by section or fold."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, list[float]] = {}
        self.within, self.inside = [""], ""
        self.names, self.cells = 0, 0  # columns of names of this table, and cells of this row
        self.events = False  # whether its first column is of times
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("section", "details"):
            self.within.append(given.get("id") or self.within[-1])
        elif tag == "table":
            names = NAMES.search(given.get("class") or "")
            self.names = int(names[1]) if names else 99
            self.events = given.get("class") == "events"
        elif tag == "tr":
            self.cells = 0
        elif tag in ("td", "p"):
            self.cells += tag == "td"
            classes = set((given.get("class") or "").split())
            figures = FIGURES & classes or (tag == "td" and self.cells > self.names)
            figures = figures or (tag == "td" and self.events and self.cells == 1)
            self.inside = tag if figures else ""

    def handle_endtag(self, tag: str) -> None:
        self.inside = "" if tag == self.inside else self.inside
        if tag in ("section", "details"):
            self.within.pop()

    def handle_data(self, data: str) -> None:
        if self.inside:
            numbers = [float(each.replace(",", "")) for each in NUMERAL.findall(data)]
            self.found.setdefault(self.within[-1], []).extend(numbers)


def page_figures() -> dict[str, list[float]]:
    """Those of the report that ``python -m bench report`` makes of the sample today."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "runs" / "sample"
        shutil.copytree(SAMPLE, copy)
        done = bench("report", copy, cwd=SAMPLE)
        assert done.returncode == 0, done.stderr
        return Figures((copy / "report.html").read_text(encoding="utf-8")).found


def cell_figures() -> pd.DataFrame:
    """The comparison's cells, without their flags, which are words."""
    return load(SAMPLE).summary.drop(columns="flags")


def verdicts() -> dict[str, str]:
    """The verdict on each claim."""
    claims = load(SAMPLE).claims
    return dict(zip(claims["id"], claims["verdict"], strict=True))


def texts_with_the_summary() -> dict[Path, str]:
    """The texts that show what a run prints, made anew."""
    return {
        RUNS: shown_under("What a run prints", RUNS, summary_lines(verbose=True)),
        README: shown_under("How to read a result", README, summary_lines(verbose=False)),
    }


def shown_under(heading: str, file: Path, lines: list[str]) -> str:
    """The file's text with these lines as the first block of output under that heading."""
    text = file.read_text(encoding="utf-8")
    block = "".join(f"    {line}".rstrip() + "\n" for line in lines)
    before, after = re.split(BLOCK, text[text.index(f"## {heading}\n") :], maxsplit=1)
    return text[: text.index(f"## {heading}\n")] + before + block + after


def summary_lines(*, verbose: bool) -> list[str]:
    """What ``python -m bench report`` prints of the sample, with or without ``--verbose``."""
    console = Console(file=io.StringIO(), width=80)
    print_run(collect(load_run(SAMPLE)), console, verbose=verbose)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().strip().splitlines()]


if __name__ == "__main__":
    for file, text in texts_with_the_summary().items():
        file.write_text(text, encoding="utf-8")
    cell_figures().to_csv(CELLS, index=False, float_format="%.6g")
    kept = {"claims": verdicts(), "figures": page_figures()}
    PAGE.write_text(json.dumps(kept, indent=1).replace(",\n   ", ", ") + "\n")
