"""The report of a session: every assertion with its verdict, figure and interval, as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.api.pytest_plugin.judge import AssertionOutcome
from bench.environment.machine import describe_machine
from bench.report.html import page

SIGNS = {  # in the order of the page
    AssertionOutcome.FAILS: "✗",
    AssertionOutcome.UNDECIDED: "?",
    AssertionOutcome.HOLDS: "✓",
}


def page_of(found: Sequence[Mapping[str, Any]]) -> str:
    """The page of these findings, as they are recorded: what failed comes first."""
    rows = sorted(found, key=lambda each: list(SIGNS).index(each["outcome"]))
    counts = {outcome: sum(each["outcome"] == outcome for each in found) for outcome in AssertionOutcome}
    return page.build("assertions.html.j2", rows=rows, counts=counts, signs=SIGNS, machine=describe_machine())
