"""The comparison as a table of GitHub's Markdown, to paste into a pull request.

Names and notes come from the run and may be anything: they stay text. Names are code, in which GitHub finds
neither markup nor people nor issues; in prose every sign of markup is escaped.
"""

from collections.abc import Iterable

from bench.analysis.statistics import Estimate
from bench.analysis.summary import Row, Summary
from bench.findings.collect import Findings
from bench.findings.text.conditions import environment
from bench.findings.text.figures import interval, percent, ratio, significant
from bench.findings.text.notes import notes
from bench.report.exports import Export
from bench.report.exports._cells import nothing_for
from bench.report.markdown.github import LONGEST_NOTE, cell, code, item, prose, table
from bench.report.signs import sign

HEADS = ("workload", "model", "in flight", "ms per task", "speed-up", "95 % interval", "verdict", "limit")


def export(findings: Findings) -> str:
    """A table for each build. Raises UserError where there is nothing to compare."""
    tables = [_table(build.summary, findings.several) for build in findings.builds if build.summary.rows]
    if not tables:
        raise nothing_for("a table")
    return "\n".join(line for table in tables for line in table)


def _table(summary: Summary, several: bool) -> list[str]:
    heading = [f"#### Python {code(summary.python.name)}", ""] if several else []
    rows = [row for row in summary.rows if row.info.kind != "none"] or summary.rows
    drawn = table(HEADS, "llrrrllr", map(_row, rows))
    return [*heading, drawn, "", _environment(summary), "", *map(item, notes([summary])), ""]


def _row(row: Row) -> tuple[str, ...]:
    compared = row.speedup is not None
    return (
        cell(row.cell.workload),
        cell(row.cell.runner),
        str(row.cell.concurrency),
        significant(1e3 * row.seconds_per_task.median),
        ratio(row.speedup.median) if row.speedup else "",
        _interval(row.speedup) if row.speedup else "",
        sign(row.verdict).word if compared or row.is_baseline else "",
        ratio(row.possible) if compared and row.possible is not None else "",
    )


def _interval(speedup: Estimate) -> str:
    """The bounds; with the confidence where few blocks give less than 95 %."""
    less = "" if speedup.sure or speedup.n < 2 else f" ({percent(speedup.level)})"
    return f"{interval(speedup)}{less}"


def _environment(summary: Summary) -> str:
    plan = summary.run.plan
    facts: Iterable[str] = (
        *(f"{name} {value}" for name, value in environment([summary])),
        plan.machine.processor,
        plan.machine.system,
        plan.created[:10],
    )
    parts = [prose(fact) for fact in facts if fact.strip()]
    parts += [code(plan.command, LONGEST_NOTE)] if plan.command else []
    return f"Measured on {' · '.join(parts)}"


EXPORT = Export("markdown", "a table for a pull request on GitHub", export)
