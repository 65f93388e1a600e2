"""The files that a run's folder gets beside its data: the report, the CSV, and the index above it."""

from pathlib import Path

from bench.core.errors import UserError
from bench.findings.collect import Findings
from bench.report.exports.csv import to_csv
from bench.report.html.index import write_index
from bench.report.html.run import render
from bench.report.links import REPORT, pages
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
