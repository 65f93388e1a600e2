"""A comparison in the terminal."""

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
from bench.report.terminal.layout import say, say_all, width_of


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
    cells = _cells(shown.compared, stacked=False)
    if width_of(cells, console) > console.width:
        cells = _cells(shown.compared, stacked=True)
    console.print(cells)
    console.print()
    words = key({cell.verdict for cell in shown.compared.cells}, shown.compared.threshold)
    say_all(console, words, "dim")
    console.print()
    for sentence in shown.said:
        say(console, f"• {one_line(sentence, 1000)}")
    console.print()
    say(console, headline(shown.compared), "bold")


def _cells(compared: Comparison[Any], *, stacked: bool) -> Table:
    """Every cell, what changed first, with the sign of its verdict before the ratio. ``stacked``: names below
    each other, and the interval below its ratio."""
    found = table_of(compared, compared.cells).narrow
    drawn = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    what = "time per task\nand speed" if UNCORRECTED in found.columns else "time per task"
    names = [what + MEASURED, *[""] * (found.names - 1)]
    for name in names[:1] if stacked else names:
        drawn.add_column(name, no_wrap=True)
    for column in found.columns[found.names :]:
        head = column.removesuffix(MEASURED).replace(", ", ",\n")
        if column != INTERVAL:
            drawn.add_column(head, justify="right", no_wrap=True)
        elif not stacked:
            drawn.add_column(head, no_wrap=True)
    for cell, (*texts, ratio, interval) in zip(compared.cells, found.rows, strict=True):
        shown = [escape(one_line(text)) for text in texts]
        if stacked:
            shown = ["\n  ".join(shown[: found.names]), *shown[found.names :]]
        signed, bounds = f"{sign(cell.verdict).markup} [bold]{ratio}[/bold]", f"[dim]{interval}[/dim]"
        drawn.add_row(*shown, *([f"{signed}\n{bounds}"] if stacked else [signed, bounds]))
    return drawn
