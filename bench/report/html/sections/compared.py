"""The section of a comparison: its sentences, a dumbbell for each cell, and the figures as a table."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bench.analysis.compare_runs import TwoRuns
from bench.analysis.comparison import CHANGED, ComparedCell, Comparison
from bench.analysis.verdicts import Verdict
from bench.core.grouping import grouped
from bench.findings.answer import Answer, Axis, Dot, Dots
from bench.findings.collect import Answered
from bench.findings.text.compare import cautions, changes, is_corrected, table_of
from bench.findings.text.figures import percent
from bench.planning.study import Study
from bench.report.signs import SIGNS

MOST_SAID = 4


class BothSides(Study):
    name = "compared"
    title = "B compared with A"
    question = "How fast is each cell (one workload under one model) in B, relative to A?"


def section(compared: Comparison[Any]) -> Answered:
    """What changed, cell by cell, what changed most first."""
    parts = grouped(compared.cells, _part)
    answer = Answer(
        sentences=changes(compared, MOST_SAID),
        pictures=[_dumbbells(title, cells, compared) for title, cells in parts.items()],
        table=table_of(compared, compared.cells),
        notes=cautions(compared),
    )
    return Answered(BothSides(), answer)


def _part(cell: ComparedCell) -> str:
    """The title of the picture that has a cell."""
    return "Changed" if cell.verdict in CHANGED else SIGNS[cell.verdict].word.capitalize()


def _dumbbells(title: str, cells: Sequence[ComparedCell], compared: Comparison[Any]) -> Dots:
    """The speed of B relative to A of each cell, grouped by verdict: a filled mark with its interval; if it
    is corrected for the machine's speed, also a hollow mark for the times as measured."""
    corrected = is_corrected(compared)
    verdicts = Counter(cell.verdict for cell in cells)
    alike = Counter(map(_pair, compared.cells))
    dots = [
        Dot(
            _name(cell, alone=alike[_pair(cell)] == 1),
            cell.ratio,
            cell.cell.runner,
            group=_group(cell.verdict, verdicts[cell.verdict], compared.threshold),
            other=cell.before / cell.after if corrected else None,
        )
        for cell in cells
    ]
    floor = max(compared.how.floors, default=0.0) if isinstance(compared.how, TwoRuns) else 0.0
    said = [
        "Right of 1x, B is faster.",
        "Filled: corrected for the machine's speed, with its interval. Hollow: as measured." * corrected,
        f"Shaded: within {percent(compared.threshold)}, which counts as equal.",
        f"Darker: within {percent(round(floor, 3))}, the difference between cells measured twice."
        * (floor > 0),
    ]
    return Dots(
        title,
        " ".join(filter(None, said)),
        Axis(f"speed, {'corrected, ' * corrected}B / A", "x"),
        dots,
        bands=[compared.threshold, *[floor] * (floor > 0)],
    )


def _group(verdict: Verdict, count: int, threshold: float) -> str:
    """ "▼ slower by more than 5 % (2)"."""
    shown = SIGNS[verdict]
    beyond = percent(threshold)
    more = {
        Verdict.SLOWER: f" in B by more than {beyond}",
        Verdict.FASTER: f" in B by more than {beyond}",
        Verdict.EQUIVALENT: f" within {beyond}",
        Verdict.INDICATIVE: ": too few blocks to decide",
    }
    return f"{shown.glyph} {shown.word}{more.get(verdict, '')} ({count})"


def _pair(cell: ComparedCell) -> tuple[str, str, str]:
    return cell.cell.workload, cell.runner, cell.python


def _name(cell: ComparedCell, *, alone: bool) -> str:
    """Workload, model and build; tasks in flight where others have the same of all."""
    in_flight = "" if alone else f"{cell.cell.concurrency} in flight"
    return ", ".join(filter(None, (*_pair(cell), in_flight)))
