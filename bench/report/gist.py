"""What a run says first: the comparison's headline, or, of a run of studies alone, what the first found."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.summary import Summary
from bench.core.records import MAIN
from bench.findings.collect import Answered
from bench.findings.text.headline import headline


def studies_alone(summary: Summary, answered: Sequence[Answered]) -> bool:
    """Whether studies answered and nothing was to be compared."""
    return bool(answered) and not any(cell.study == MAIN for cell in summary.run.plan.cells)


def first_words(summary: Summary, answered: Sequence[Answered]) -> Sequence[str]:
    """The headline."""
    return answered[0].answer.sentences[:1] if studies_alone(summary, answered) else headline(summary)
