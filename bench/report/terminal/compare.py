"""Two runs beside each other, for a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.analysis.compared import Compared, Comparison
from bench.analysis.same import Difference
from bench.core.records import Run
from bench.core.sanitize import one_line
from bench.findings.text.compare import headline
from bench.findings.text.figures import counted, duration, moment, ratio
from bench.report.signs import key, sign


def runs_told(runs: tuple[Run, Run]) -> list[tuple[str, str]]:
    """Which runs A and B are."""
    return [
        (name, f"{run.folder}  {moment(run.plan.created)}, {counted(blocks_of(run), 'block')}")
        for name, run in zip("AB", runs, strict=True)
    ]


def print_sides(sides: Sequence[tuple[str, str]], found: Sequence[Difference], console: Console) -> None:
    """What A and B are, and what differs but the times."""
    console.print()
    for name, told in sides:
        shown = f"[bold]{name}[/bold]  {escape(one_line(told))}"
        console.print(shown, highlight=False, soft_wrap=True)
    console.print()
    if not found:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("differs", "in A", "in B"):
        table.add_column(title, overflow="fold")
    for each in found:
        style = "red" if each.void else ""
        table.add_row(*(escape(one_line(text)) for text in (each.name, each.before, each.after)), style=style)
    console.print(table)
    console.print()


def print_comparison(compared: Comparison, said: Sequence[str], console: Console) -> None:
    """What came of it, every cell with what changed first, and what is ``said`` of how it was decided."""
    console.print(f"[bold]{escape(headline(compared))}[/bold]\n", highlight=False)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("time per task, as measured", overflow="fold")
    table.add_column("", overflow="fold")
    for title in ("A", "B", "B / A"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("interval", no_wrap=True)
    for cell in compared.cells:
        table.add_row(*_cells(cell))
    console.print(table)
    seen = {cell.verdict for cell in compared.cells}
    console.print(f"[dim]{'  '.join(key(seen, compared.threshold))}[/dim]\n", highlight=False)
    for sentence in said:
        console.print(f"• {escape(one_line(sentence, 1000))}", highlight=False)


def blocks_of(run: Run) -> int:
    """The blocks that were begun."""
    return max((seen.block + 1 for seen in run.observations), default=0)


def _cells(cell: Compared) -> list[str]:
    build = f"\n[dim]{escape(one_line(cell.python))}[/dim]" if cell.python else ""
    return [
        escape(one_line(cell.cell.workload)) + build,
        escape(one_line(cell.runner)),
        duration(cell.before),
        duration(cell.after),
        f"{sign(cell.verdict).markup} [bold]{ratio(cell.ratio.median)}[/bold]",
        f"[dim]{interval(cell)}[/dim]",
    ]


def interval(cell: Compared) -> str:
    """The bounds: "1.12 - 1.49"."""
    return " - ".join(ratio(bound).removesuffix("x") for bound in (cell.ratio.low, cell.ratio.high))
