"""A run as CSV: one row per observation, columns as in ``analysis.frame``."""

import pandas as pd

from bench.core.errors import UserError
from bench.findings.collect import Findings
from bench.report.exports import Export

FORMULA_STARTS = tuple("=+-@\t\r\n＝＋－＠")  # noqa: RUF001 - wide ones: some spreadsheets run them, too


def export(findings: Findings) -> str:
    """The run's observations. Raises UserError where it has none."""
    if findings.frame.empty:
        raise UserError("This run has no observations: nothing was measured, so there is nothing to export.")
    return to_csv(findings.frame)


def to_csv(table: pd.DataFrame) -> str:
    """The frame as CSV text, cells defused that a spreadsheet would run as formulas."""
    safe = table.copy()
    for name in safe.columns:
        if safe[name].dtype == object or pd.api.types.is_string_dtype(safe[name]):
            safe[name] = safe[name].map(defuse)
    safe.columns = [str(defuse(name)) for name in safe.columns]  # parameters of workloads name some of them
    text: str = safe.to_csv(index=False)
    return text


def defuse(value: object) -> object:
    """Text that begins like a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return f"'{value}"
    return value


EXPORT = Export("csv", "a row for each observation, for spreadsheets and data frames", export)
