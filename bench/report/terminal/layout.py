"""Paragraphs in the terminal, no wider than is comfortable to read, and the room that a table needs."""

from collections.abc import Iterable

from rich.console import Console
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

PROSE_WIDTH = 90  # columns
ROOM = 10_000  # columns, more than any table takes


def say_all(console: Console, entries: Iterable[str], style: str = "", *, indent: int = 0) -> None:
    """Print short entries one after the other, none of them broken where a line has room for it."""
    width = min(console.width, PROSE_WIDTH) - indent
    lines: list[str] = []
    for entry in entries:
        if lines and len(f"{lines[-1]}  {entry}") <= width:
            lines[-1] += f"  {entry}"
        else:
            lines.append(entry)
    for line in lines:
        say(console, line, style, indent=indent)


def say(console: Console, text: str, style: str = "", *, indent: int = 0) -> None:
    """Print a paragraph as it is, without markup."""
    paragraph = Padding(Text(text, style=style), (0, 0, 0, indent), expand=False)
    console.print(paragraph, width=min(console.width, PROSE_WIDTH))


def lines_of(paragraphs: Iterable[str], console: Console) -> int:
    """The lines that paragraphs take."""
    width = min(console.width, PROSE_WIDTH)
    return sum(len(Text(each).wrap(console, width)) for each in paragraphs)


def width_of(table: Table, console: Console) -> int:
    """The columns that a table takes where it has room."""
    return Measurement.get(console, console.options.update(max_width=ROOM), table).maximum
