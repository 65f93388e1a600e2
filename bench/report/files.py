"""The files that a run's folder gets beside its data: the report, the CSV, the page of a comparison, and the
index above it."""

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.analysis.comparison import Comparison
from bench.core.errors import UserError
from bench.core.run import Run
from bench.findings.collect import Findings, collect
from bench.report.compared import Shown
from bench.report.exports.csv import to_csv
from bench.report.html import page
from bench.report.html.compare import render_comparison
from bench.report.html.index import write_index
from bench.report.html.run import render
from bench.report.links import COMPARISON, REPORT, pages
from bench.report.live import Live
from bench.storage.run_folder import write_whole

RESULTS = "results.csv"


def write_files(findings: Findings, folder: Path, *, index: bool = True) -> Path:
    """Write them, with a page for each build where there are several, and return the report's path. Without
    ``index``: into a folder that is not the run's, and is made if need be. Raises UserError where that cannot
    be."""
    try:
        if not index:
            folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / RESULTS, to_csv(findings.frame))
        write_pages(pages_of(findings), folder)
        if index:
            write_index(folder.resolve().parent)
    except OSError as error:
        run = shlex.quote(findings.run.folder)
        raise UserError(
            f"Cannot write to {error.filename or folder}: {error.strerror}; name another folder with `python"
            f" -m bench report {run} --out PATH`."
        ) from None
    return folder / REPORT


def write_live(pages: Mapping[str, str], folder: Path, *, new: bool) -> None:
    """Write the pages of a run that goes on. The index lists it from its first page on (``new``). Raises
    OSError."""
    write_pages(pages, folder)
    if new:
        write_index(folder.resolve().parent)


def pages_of(findings: Findings, live: Live | None = None) -> dict[str, str]:
    """The report, and a page for each build where there are several, by file."""
    found = {REPORT: render(findings, live=live)}
    if findings.several:
        files = pages([build.name for build in findings.builds])
        found |= {files[build.name]: render(findings, build, live) for build in findings.builds}
    return found


def live_pages(run: Run, live: Live) -> dict[str, str]:
    """The pages of a run that goes on, by file."""
    if run.results:
        return pages_of(collect(run), live)
    return {REPORT: page.build("waiting.html.j2", plan=run.plan, live=live)}


def write_pages(texts: Mapping[str, str], folder: Path) -> None:
    """Write pages into a folder, each whole."""
    for file, text in texts.items():
        write_whole(folder / file, text)


def write_comparison(shown: Shown, compared: Comparison[Any], folder: Path, command: str) -> Path:
    """Write the page of a comparison into a folder, which is made if need be, and return its path. Raises
    UserError where that cannot be."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / COMPARISON, render_comparison(shown, compared, folder, command))
    except OSError as error:
        raise UserError(
            f"The page of the comparison cannot be written to {folder}: {error.strerror}; name another folder"
            " with --out."
        ) from None
    return folder / COMPARISON
