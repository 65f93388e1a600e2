"""The first screen above the matrix: what was measured on what, the claims, the figures to remember."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bench.analysis.summary import Summary
from bench.core.records import Run
from bench.findings.collect import Answered
from bench.findings.text.figures import counted
from bench.findings.text.headline import Tile, lead, tiles
from bench.findings.text.notes import environment
from bench.report.gist import first_words, studies_alone

STATUS = {
    "running": "Not finished",
    "interrupted": "Interrupted",
    "failed": "Failed",
}


@dataclass(frozen=True)
class Head:
    """All of it, as text."""

    when: str
    badges: Sequence[str]  # what to know before reading on
    environment: Sequence[tuple[str, str]]
    headline: Sequence[str]
    lead: str
    tiles: Sequence[Tile]


def head(summary: Summary, answered: Sequence[Answered]) -> Head:
    """The head of a run's report."""
    return Head(
        when=moment(summary.run.plan.created),
        badges=_badges(summary, answered),
        environment=environment(summary),
        headline=first_words(summary, answered),
        lead=lead(summary),
        tiles=tiles(summary),
    )


def status_badges(run: Run) -> list[str]:
    """How the run ended, where it did not end well."""
    found = [] if run.plan.status == "done" else [STATUS.get(run.plan.status, run.plan.status)]
    return found + ([counted(len(run.failures), "failure")] if run.failures else [])


def _badges(summary: Summary, answered: Sequence[Answered]) -> list[str]:
    found = []
    compared = [row.speedup for row in summary.rows if row.speedup is not None]
    few = summary.indicative if studies_alone(summary, answered) else bool(compared)
    if few and not any(speedup.sure for speedup in compared):
        found.append("Indicative: few blocks")
    return [*status_badges(summary.run), *found]


def moment(created: str) -> str:
    """An ISO 8601 time as people write it; what is no such time stays as it is."""
    try:
        return f"{datetime.fromisoformat(created):%Y-%m-%d %H:%M %Z}".strip()
    except ValueError:
        return created
