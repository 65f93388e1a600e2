"""The console of the commands, which survives narrow terminals, plain encodings and closed pipes."""

import codecs
import io
import os
import re
import sys
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

NARROWEST = 40  # columns; below it a table says nothing
TRAILING = re.compile(r"[ \t]+(?=\n)")
# What an encoding that lacks a sign has instead, as wide as it: the marks of verdicts stay apart.
PLAIN = dict(zip("▲▼✗✓◐•…µ█░·─━\N{EN DASH}\N{EM DASH}", "^vx+/-.u#:.----", strict=True))


def in_plain(error: UnicodeError) -> tuple[str, int]:
    """A handler of encoding errors: another character of the same width; "?" where there is none."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(PLAIN.get(char, "?") for char in error.object[error.start : error.end]), error.end


codecs.register_error("bench-plain", in_plain)


class Patient(io.TextIOBase):
    """A stream that is written to as long as somebody reads it: `| head` must not end a measurement."""

    def __init__(self, stream: TextIO, *, trims: bool = False) -> None:
        self.stream = stream
        self.trims = trims  # blanks at the ends of lines, which fill up the cells of tables

    def write(self, text: str) -> int:
        try:
            self.stream.write(TRAILING.sub("", text) if self.trims else text)
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
        stream.reconfigure(errors="bench-plain")
    if stream is None:
        return Console(file=io.StringIO())
    patient = Patient(stream, trims=not stream.isatty())
    console = Console(file=patient, highlight=False)  # type: ignore[arg-type]  # rich asks for IO[str], TextIOBase is one but by name
    if console.width < NARROWEST:
        console.width = 80
    return console


def print_text(text: str) -> None:
    """The text and nothing else, in UTF-8 whatever the terminal's encoding: a program reads it."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stdout is not None:
        Patient(sys.stdout).write(text)


def print_table(console: Console, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a table without lines, and an empty line."""
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*map(Text, row))
    console.print(table)
    console.print()
