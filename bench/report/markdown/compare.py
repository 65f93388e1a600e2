"""Two runs beside each other, as GitHub's Markdown for a pull request.

Names come from run folders and may be anything: they are code, in which GitHub finds neither markup nor
people nor issues. What could end the code, or the cell of the table that it is in, is written as entities.
"""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.compared import Compared, Comparison
from bench.analysis.same import Difference
from bench.findings.text.compare import gate, headline
from bench.findings.text.figures import counted, duration, percent, ratio, reach
from bench.report.exports._github import cell, code, prose

CHANGED = ("slower", "faster")
HEADS = ("workload", "model", "A", "B", "B / A", "interval", "verdict")


def markdown(
    sides: Sequence[tuple[str, str]],
    found: Sequence[Difference],
    compared: Comparison | None = None,
    said: Sequence[str] = (),
    share: float | None = None,
) -> str:
    """What A and B are and what differs; then what came of it where they were compared, and what is ``said``
    of how. ``share``: of --fail-if-slower."""
    parts = [", ".join(f"{name}: {code(told)}" for name, told in sides), _differences(found)]
    if compared is not None:
        changed = [cell for cell in compared.cells if cell.verdict in CHANGED]
        others = [cell for cell in compared.cells if cell.verdict not in CHANGED]
        parts += [
            f"**{prose(headline(compared))}**",
            "" if share is None else prose(gate(compared, share)),
            _table(changed),
            _folded(f"{counted(len(others), 'cell')} with no change shown", _table(others)),
            "\n".join(f"- {prose(sentence)}" for sentence in (_key(compared), *said)),
        ]
    return "\n\n".join(part for part in parts if part)


def _differences(found: Sequence[Difference]) -> str:
    if not found:
        return ""
    lines = [f"| {prose(each.name)} | {cell(each.before)} | {cell(each.after)} |" for each in found]
    return "\n".join(["| differs | in A | in B |", "|---|---|---|", *lines])


def _table(cells: Sequence[Compared]) -> str:
    if not cells:
        return ""
    return "\n".join([f"| {' | '.join(HEADS)} |", "|---|---|--:|--:|--:|---|---|", *map(_row, cells)])


def _row(found: Compared) -> str:
    build = f" {cell(found.python)}" if found.python else ""
    shown = ratio(found.ratio.median)
    shown = f"**{shown}**" if found.verdict in CHANGED else shown
    return (
        f"| {cell(found.cell.workload)}{build} | {cell(found.runner)}"
        f" | {duration(found.before)} | {duration(found.after)}"
        f" | {shown} | {reach(found.ratio, ratio)} | {found.verdict} |"
    )


def _folded(title: str, table: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{table}\n\n</details>" if table else ""


def _key(compared: Comparison) -> str:
    beyond = percent(compared.threshold)
    return (
        "A and B are medians as measured, per task; below is said how the ratio was found. Slower, faster:"
        f" its whole interval lies beyond {beyond}; equivalent: within."
    )
