"""A comparison, for a terminal of 80 columns."""

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.analysis.comparison import Comparison
from bench.core.sanitize import one_line
from bench.findings.answer import INTERVAL
from bench.findings.text.compare import MEASURED, UNCORRECTED, headline, table_of
from bench.findings.text.differences import sides_of, title
from bench.report.compared import Shown
from bench.report.signs import key, sign


def print_compared(shown: Shown, console: Console) -> None:
    """A and B, their differences other than times, each cell, and last the headline."""
    console.print()
    for name, told in shown.sides:
        console.print(f"[bold]{name}[/bold]  {escape(one_line(told))}", soft_wrap=True)
    console.print()
    if shown.differences:
        drawn = Table("differs", "in A", "in B", box=None, pad_edge=False, padding=(0, 2, 0, 0))
        for column in drawn.columns:
            column.overflow = "fold"
        for each in shown.differences:
            texts = (escape(one_line(text)) for text in (title(each), *sides_of(each)))
            drawn.add_row(*texts, style="red" if each.void else "")
        console.print(drawn)
        console.print()
    if shown.compared is None:
        return
    console.print(_cells(shown.compared))
    words = key({cell.verdict for cell in shown.compared.cells}, shown.compared.threshold)
    console.print(f"[dim]{'  '.join(words)}[/dim]\n")
    for sentence in shown.said:
        console.print(f"• {escape(one_line(sentence, 1000))}")
    console.print(f"\n[bold]{escape(headline(shown.compared))}[/bold]")


def _cells(compared: Comparison[Any]) -> Table:
    """Every cell, what changed first, with the sign of its verdict before the ratio."""
    found = table_of(compared, compared.cells).narrow
    drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    what = "time per task and speed" if UNCORRECTED in found.columns else "time per task"
    for number, column in enumerate(found.columns):
        if number < found.names:
            drawn.add_column("" if number else what + MEASURED, overflow="fold")
        else:
            head = column.removesuffix(MEASURED).replace(", ", ",\n")
            drawn.add_column(head, justify="left" if column == INTERVAL else "right", no_wrap=True)
    for cell, (*texts, ratio, interval) in zip(compared.cells, found.rows, strict=True):
        shown = [escape(one_line(text)) for text in texts]
        signed = f"{sign(cell.verdict).markup} [bold]{ratio}[/bold]"
        drawn.add_row(*shown, signed, f"[dim]{interval}[/dim]")
    return drawn
