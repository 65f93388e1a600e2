"""Two revisions of the measured code beside each other: what a run shows that compared it with itself."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.compare_pairs import compare_pairs, has_revisions, pairs_of
from bench.analysis.compared import Compared, Comparison
from bench.core.records import Run
from bench.findings.answer import Answer, Axis, Dot, Dots
from bench.findings.columns import Column, figure, name, table
from bench.findings.text.compare import headline
from bench.findings.text.compare_pairs import cautions, how, sides
from bench.findings.text.figures import duration, percent, ratio, reach
from bench.report.html.sections.study import AnswerSection

MOST_SAID = 4
COLUMNS: Sequence[Column[Compared]] = (
    name("Workload", lambda cell: cell.cell.workload + (f", {cell.python}" if cell.python else "")),
    name("Model", lambda cell: cell.runner),
    figure("A", lambda cell: cell.before, duration),
    figure("B", lambda cell: cell.after, duration),
    figure("B / A", lambda cell: cell.ratio, ratio),
    Column("Interval", lambda cell: reach(cell.ratio, ratio)),
    Column("Verdict", lambda cell: cell.verdict),
    Column("Blocks", lambda cell: str(cell.ratio.n)),
)


def pairs(run: Run) -> AnswerSection | None:
    """The comparison; None for a run that compared nothing with itself."""
    if not has_revisions(run):
        return None
    compared = compare_pairs(run, run.plan.threshold)
    if not compared.cells:
        return None
    answer = Answer(said(compared), [_picture(compared)], table(COLUMNS, compared.cells), cautions(compared))
    return AnswerSection(
        name="compared",
        title="The other revision",
        link="Compared",
        question="Did the measured code get slower?",
        how=" ".join(how(compared)),
        answer=answer,
    )


def headlines(run: Run) -> list[str]:
    """What came of it, and what A and B are."""
    compared = compare_pairs(run, run.plan.threshold)
    return [headline(compared), *(f"{side} is {told}." for side, told in sides(pairs_of(run)))]


def said(compared: Comparison) -> list[str]:
    """The cells that changed, or else those that come nearest to it."""
    changed = [cell for cell in compared.cells if cell.verdict in ("slower", "faster")]
    return [
        f"{cell.name} takes {ratio(cell.ratio.median)} the time in B ({reach(cell.ratio, ratio)}):"
        f" {cell.verdict}."
        for cell in (changed or compared.cells)[:MOST_SAID]
    ]


def _picture(compared: Comparison) -> Dots:
    beyond = percent(compared.threshold)
    see = f"Right of 1x, B takes longer. Within {beyond} of it, a difference does not count."
    dots = [
        Dot(cell.runner, cell.ratio, cell.cell.runner, group=_group(cell))
        for cell in sorted(compared.cells, key=lambda cell: (cell.cell.workload, cell.python))
    ]
    return Dots("Time per task, B by A", see, Axis("seconds per task in B, by those in A", "x"), dots)


def _group(cell: Compared) -> str:
    at_once = f"{cell.cell.concurrency} at once" if cell.cell.concurrency > 1 else ""
    return ", ".join(filter(None, (cell.cell.workload, at_once, cell.python)))
