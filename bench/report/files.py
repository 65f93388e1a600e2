"""The files that a run's folder gets beside its data: the report, the CSV, the page of a comparison, and the
index above it."""

from pathlib import Path
from typing import Any

from bench.analysis.comparison import Comparison
from bench.core.errors import UserError
from bench.findings.collect import Findings
from bench.report.compared import Shown
from bench.report.exports.csv import to_csv
from bench.report.html.compare import render_comparison
from bench.report.html.index import write_index
from bench.report.html.run import render
from bench.report.links import COMPARISON, REPORT, pages
from bench.storage.run_folder import write_whole

RESULTS = "results.csv"


def write_files(findings: Findings, folder: Path) -> Path:
    """Write them, with a page for each build where there are several, and return the report's path. Raises
    UserError where that cannot be."""
    files = pages([build.name for build in findings.builds]) if findings.several else {}
    try:
        write_whole(folder / RESULTS, to_csv(findings.frame))
        write_whole(folder / REPORT, render(findings))
        for build, file in zip(findings.builds, files.values(), strict=False):
            write_whole(folder / file, render(findings, build))
        write_index(folder.resolve().parent)
    except OSError as error:
        where = error.filename or folder
        raise UserError(
            f"Cannot write to {where}: {error.strerror}; fix that and run `python -m bench report` again."
        ) from None
    return folder / REPORT


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
