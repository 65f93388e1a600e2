"""The files that a run's folder gets beside its data: the report, the CSV, and the index above it."""

from __future__ import annotations

from pathlib import Path

from bench.analysis.summary import Summary
from bench.errors import UserError
from bench.exports.csv import to_csv
from bench.report.html import render
from bench.report.index import write_index
from bench.store import write_whole

REPORT = "report.html"
RESULTS = "results.csv"


def write_files(summary: Summary, folder: Path) -> Path:
    """Write them, and return the report's path. Raises UserError where that cannot be."""
    try:
        write_whole(folder / RESULTS, to_csv(summary.table))
        write_whole(folder / REPORT, render(summary))
        write_index(folder.resolve().parent)
    except OSError as error:
        where = error.filename or folder
        raise UserError(
            f"Cannot write to {where}: {error.strerror}; mend that and run `python -m bench report` again."
        ) from None
    return folder / REPORT
