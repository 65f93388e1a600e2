"""The files that a run's folder gets beside its data: the report, the CSV, and the index above it."""

from __future__ import annotations

from pathlib import Path

from bench.analysis.builds import Builds
from bench.analysis.frame import frame
from bench.core.errors import UserError
from bench.report.exports.csv import to_csv
from bench.report.html.builds import render_builds
from bench.report.html.index import write_index
from bench.report.html.run import render
from bench.report.links import REPORT, Link, pages
from bench.storage.run_folder import write_whole

RESULTS = "results.csv"


def write_files(builds: Builds, folder: Path) -> Path:
    """Write them, and return the report's path. Raises UserError where that cannot be."""
    try:
        write_whole(folder / RESULTS, to_csv(frame(builds.run)))
        if builds.several:
            write_whole(folder / REPORT, render_builds(builds))
            write_pages(builds, folder)
        else:
            write_whole(folder / REPORT, render(builds.summaries[0]))
        write_index(folder.resolve().parent)
    except OSError as error:
        where = error.filename or folder
        raise UserError(
            f"Cannot write to {where}: {error.strerror}; mend that and run `python -m bench report` again."
        ) from None
    return folder / REPORT


def write_pages(builds: Builds, folder: Path) -> None:
    """A page for each build: what a run on it alone would show."""
    files = pages(builds.names)
    for name, summary in zip(builds.names, builds.summaries, strict=True):
        others = builds.beside(summary)
        links = [Link("", REPORT), *(Link(build, file, build == name) for build, file in files.items())]
        write_whole(folder / files[name], render(summary, others, links))
