"""Two runs beside each other, as GitHub's Markdown for a pull request.

Names come from run folders and may be anything: they are code, in which GitHub finds neither markup nor
people nor issues. What could end the code, or the cell of the table that it is in, is written as entities.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bench.analysis.compare import Compared, Comparison
from bench.analysis.compare_words import cautions, gate, headline, how, line
from bench.analysis.figures import counted, duration, percent, ratio, reach
from bench.analysis.same import Difference
from bench.records import Run
from bench.report.sections.head import moment

CHANGED = ("slower", "faster")
HEADS = ("workload", "model", "A", "B", "B / A", "interval", "verdict")
SPAN = re.compile(r"[^`|\\]+")  # what a code span in a table can hold
MARKUP = re.compile(r"[^\w\s.,;:()/%=+'\N{EN DASH}-]|_|(?<=www)\.|:(?=//|[\w+-]+:)", re.IGNORECASE)
APART = "&#8203;"  # takes people, issues and emoji from what GitHub finds in text: a space without width


def markdown(
    runs: tuple[Run, Run],
    found: Sequence[Difference],
    compared: Comparison | None = None,
    share: float | None = None,
) -> str:
    """What differs, then what came of it where the runs were compared; ``share``: of --fail-if-slower."""
    parts = [_runs(runs), _differences(found)]
    if compared is not None:
        changed = [cell for cell in compared.cells if cell.verdict in CHANGED]
        others = [cell for cell in compared.cells if cell.verdict not in CHANGED]
        said = [*cautions(compared), _key(compared), *how(compared)]
        parts += [
            f"**{prose(headline(compared))}**",
            "" if share is None else prose(gate(compared, share)),
            _table(changed),
            _folded(f"{counted(len(others), 'cell')} with no change shown", _table(others)),
            "\n".join(f"- {prose(sentence)}" for sentence in said),
        ]
    return "\n\n".join(part for part in parts if part)


def code(text: str) -> str:
    """Text from a run as code, in a table or out of it."""
    shown = line(text).strip()
    if SPAN.fullmatch(shown):
        return f"`{shown}`"
    return f"<code>{''.join(c if c.isalnum() or c == ' ' else f'&#{ord(c)};' for c in shown)}</code>"


def prose(text: str) -> str:
    """A sentence in which there may be names from a run: nothing in it is markup."""
    return MARKUP.sub(lambda found: _entity(found[0]), line(text, 1000))


def _entity(sign: str) -> str:
    return f"&#{ord(sign)};{APART if sign in '@#:' else ''}"


def _runs(runs: tuple[Run, Run]) -> str:
    told = [
        f"{name}: {code(run.folder)} ({prose(moment(run.plan.created))})"
        for name, run in zip("AB", runs, strict=True)
    ]
    return ", ".join(told)


def _differences(found: Sequence[Difference]) -> str:
    if not found:
        return ""
    lines = [f"| {prose(each.name)} | {code(each.before)} | {code(each.after)} |" for each in found]
    return "\n".join(["| differs | in A | in B |", "|---|---|---|", *lines])


def _table(cells: Sequence[Compared]) -> str:
    if not cells:
        return ""
    return "\n".join([f"| {' | '.join(HEADS)} |", "|---|---|--:|--:|--:|---|---|", *map(_row, cells)])


def _row(cell: Compared) -> str:
    build = f" {code(cell.python)}" if cell.python else ""
    shown = ratio(cell.ratio.median)
    shown = f"**{shown}**" if cell.verdict in CHANGED else shown
    return (
        f"| {code(cell.cell.workload)}{build} | {code(cell.runner)}"
        f" | {duration(cell.before)} | {duration(cell.after)}"
        f" | {shown} | {reach(cell.ratio, ratio)} | {cell.verdict} |"
    )


def _folded(title: str, table: str) -> str:
    return f"<details><summary>{title}</summary>\n\n{table}\n\n</details>" if table else ""


def _key(compared: Comparison) -> str:
    beyond = percent(compared.threshold)
    return (
        "A and B are medians as measured, per task; the ratio is corrected as said below. Slower, faster: its"
        f" whole interval lies beyond {beyond}; equivalent: within."
    )
