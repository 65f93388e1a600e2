"""What a sentence must add where few blocks stand behind it."""

from __future__ import annotations

from collections.abc import Iterable

from bench.analysis.statistics import Estimate
from bench.findings.text.figures import counted


def caveat(values: Iterable[Estimate]) -> str:
    """Nothing, or, where an interval has less than 95 %, how few blocks there were: to end a sentence."""
    unsure = [value.n for value in values if not value.sure]
    return f" (indicative: {counted(min(unsure), 'block')})" if unsure else ""
