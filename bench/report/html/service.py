"""The page of the advice on an application."""

from bench.analysis.service import ServiceFigures
from bench.findings.text.service import service_sentences
from bench.findings.text.service_tables import capacity_table, level_table
from bench.report.html import page


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
