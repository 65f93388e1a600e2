"""Two revisions of the measured code beside each other: what a run shows that compared it with itself."""

from typing import Any

from bench.analysis.compare_pairs import has_revisions
from bench.analysis.comparison import ComparedCell, Comparison
from bench.core.run import Run
from bench.findings.answer import Answer, Axis, Dot, Dots
from bench.findings.collect import Answered
from bench.findings.text.compare import cautions, changes, headline, how, table_of
from bench.findings.text.figures import percent
from bench.planning.study import Study
from bench.report.compared import of_pairs

MOST_SAID = 4


class Revisions(Study):
    name = "compared"
    title = "Comparison of two revisions"
    question = "Did the measured code get slower?"


def pairs(run: Run) -> tuple[Answered, list[str], list[str]] | None:
    """The section, how it was measured, and what the page says first: what came of it, and what A and B are.
    None for a run that compared nothing with itself."""
    shown = of_pairs(run, run.plan.threshold) if has_revisions(run) else None
    if shown is None or shown.compared is None:
        return None
    found = shown.compared
    answer = Answer(
        sentences=changes(found, MOST_SAID),
        pictures=[_picture(found)],
        table=table_of(found, found.cells),
        notes=cautions(found),
    )
    first = [headline(found), *(f"{side} is {told}." for side, told in shown.sides)]
    return Answered(Revisions(), answer), how(found), first


def _picture(found: Comparison[Any]) -> Dots:
    beyond = percent(found.threshold)
    see = f"Right of 1x, B is faster. Differences within {beyond} do not count."
    dots = [
        Dot(cell.runner, cell.ratio, cell.cell.runner, group=_group(cell))
        for cell in sorted(found.cells, key=lambda cell: (cell.cell.workload, cell.python))
    ]
    return Dots("Speed of B, with A at 1x", see, Axis("speed, B / A", "x"), dots)


def _group(cell: ComparedCell) -> str:
    in_flight = f"{cell.cell.concurrency} in flight" if cell.cell.concurrency > 1 else ""
    return ", ".join(filter(None, (cell.cell.workload, in_flight, cell.python)))
