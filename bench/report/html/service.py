"""The page of the advice on an application."""

from pathlib import Path

from bench.analysis.service import ServiceFigures
from bench.findings.text.service import service_sentences
from bench.findings.text.service_tables import capacity_table, level_table
from bench.report.html import page
from bench.report.html.index import write_index
from bench.report.links import application_page
from bench.storage.run_folder import write_whole


def write_service_page(figures: ServiceFigures, folder: Path) -> Path:
    """Write the page beside the folders of runs, in place of an earlier one of the same application, and the
    index of both. Raises OSError."""
    path = folder / application_page(figures.run.app.target)
    write_whole(path, render_service(figures))
    write_index(folder)
    return path


def render_service(figures: ServiceFigures) -> str:
    """The page: what to run first, then why, and the tables."""
    first, *others = service_sentences(figures)
    return page.build(
        "service.html.j2",
        run=figures.run,
        first=first,
        others=others,
        tables=[("Capacity", capacity_table(figures)), ("By requests in flight", level_table(figures))],
    )
