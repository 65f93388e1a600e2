"""The console of the commands, which survives narrow terminals, plain encodings and closed pipes."""

import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

NARROWEST = 40  # columns; below it a table says nothing


class Patient(io.TextIOBase):
    """A stream that is written to as long as somebody reads it: `| head` must not end a measurement."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        try:
            self.stream.write(text)
            self.stream.flush()
        except (OSError, ValueError):
            give_up(self.stream)
        return len(text)

    def isatty(self) -> bool:
        return self.stream.isatty()

    def fileno(self) -> int:
        return self.stream.fileno()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # an attribute in the base
        return self.stream.encoding


def give_up(stream: TextIO) -> None:
    """Nobody reads any more: what comes goes nowhere, and the interpreter's last flush fails no more."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        pass


def make_console(stream: TextIO | None = None) -> Console:
    """The console on standard output, or on another stream. It has no colours of rich's choice."""
    stream = stream or sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    if stream is None:
        return Console(file=io.StringIO())
    console = Console(file=Patient(stream), highlight=False)  # type: ignore[arg-type]  # rich asks for IO[str], TextIOBase is one but by name
    if console.width < NARROWEST:
        console.width = 80
    return console


def print_table(console: Console, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table without lines, and an empty line."""
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
    console.print()
