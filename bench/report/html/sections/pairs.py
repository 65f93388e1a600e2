"""Two revisions of the measured code beside each other: what a run shows that compared it with itself."""

from bench.analysis.compare_pairs import has_revisions
from bench.core.run import Run
from bench.findings.collect import Answered
from bench.findings.text.compare import headline, how
from bench.report.compared import of_pairs
from bench.report.html.sections.compared import section


def pairs(run: Run) -> tuple[Answered, list[str], list[str]] | None:
    """The section, how it was measured, and what the page says first: what came of it, and what A and B are.
    None for a run that compared nothing with itself."""
    shown = of_pairs(run, run.plan.threshold) if has_revisions(run) else None
    if shown is None or shown.compared is None:
        return None
    first = [headline(shown.compared), *(f"{side} is {told}." for side, told in shown.sides)]
    return section(shown.compared), how(shown.compared), first
