"""A comparison as GitHub's Markdown, for a pull request. Names come from run folders and may be anything."""

from bench.analysis.comparison import CHANGED
from bench.findings.answer import INTERVAL, Table
from bench.findings.text.compare import gate, headline, table_of
from bench.findings.text.differences import sides_of, title
from bench.findings.text.figures import counted, percent
from bench.report.compared import Shown
from bench.report.markdown import github
from bench.report.markdown.github import cell, code, item, prose

HOW_TO_READ = (
    "Times are medians per task, as measured; the speed of B relative to A is explained below. Slower,"
    " faster: its whole interval lies beyond {}; equivalent: within."
)


def markdown(shown: Shown, share: float | None = None) -> str:
    """What A and B are and what differs; then what came of it where they were compared, and how it was
    decided. ``share``: of --fail-if-slower."""
    parts = [", ".join(f"{name}: {code(told)}" for name, told in shown.sides)]
    if shown.differences:
        lines = [(prose(title(each)), *map(cell, sides_of(each))) for each in shown.differences]
        parts.append(github.table(("differs", "in A", "in B"), "lll", lines))
    if compared := shown.compared:
        changed = compared.having(*CHANGED)
        others = [each for each in compared.cells if each.verdict not in CHANGED]
        said = (HOW_TO_READ.format(percent(compared.threshold)), *shown.said)
        parts += [
            f"**{prose(headline(compared))}**",
            "" if share is None else prose(gate(compared, share)),
            _table(table_of(compared, changed), strong=True),
            _folded(
                f"{counted(len(others), 'cell')} with no change shown", _table(table_of(compared, others))
            ),
            "\n".join(map(item, said)),
        ]
    return "\n\n".join(part for part in parts if part)


def _table(found: Table, *, strong: bool = False) -> str:
    """``strong``: the ratios stand out."""
    if not found.rows:
        return ""
    ratios = found.columns.index(INTERVAL) - 1
    rows = [
        [
            cell(text) if number < found.names else f"**{text}**" if strong and number == ratios else text
            for number, text in enumerate(row)
        ]
        for row in found.rows
    ]
    figures = len(found.columns) - found.names - len("llr")  # those: interval, verdict, blocks
    return github.table(found.columns, "l" * found.names + "r" * figures + "llr", rows)


def _folded(title: str, table: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{table}\n\n</details>" if table else ""
