"""The answers of studies in the terminal: a line for each, or, where they are all there is, the whole."""

from collections.abc import Collection, Sequence

from rich import table as rich
from rich.console import Console
from rich.markup import escape

from bench.findings.answer import INTERVAL, Lanes, Picture, Table
from bench.findings.collect import Answered
from bench.findings.text.figures import duration
from bench.report.terminal.layout import say

MOST_ROWS = 60
MOST_COLUMNS = 100
RAN, QUEUED, GAP = "█", "░", "·"


def print_findings(answered: Sequence[Answered], said: Collection[str], console: Console) -> None:
    """The first sentence of each answer, unless it was said before."""
    firsts = [(each.study.title, sentence) for each in answered for sentence in each.answer.sentences[:1]]
    new = [f"• {title}: {first}" for title, first in firsts if first not in said]
    if new:
        say(console, "Studies", "bold")
    for line in new:
        say(console, line)


def print_answer(answered: Answered, console: Console, on: str = "") -> None:
    """A study in full, without its charts. ``on``: the build, where there are several."""
    say(console, f"{answered.study.title} on {on}" if on else answered.study.title, "bold")
    say(console, answered.study.question, "dim")
    for sentence in answered.answer.sentences:
        say(console, sentence)
    print_lanes(answered.answer.pictures, console)
    print_table(answered.answer.glance or answered.answer.table.narrow, console)
    for note in answered.answer.notes:
        say(console, f"• {note}")
    console.print()


def print_lanes(pictures: Sequence[Picture], console: Console) -> None:
    """Who ran when, where the pictures show that: a line for each worker."""
    for picture in pictures:
        if not isinstance(picture, Lanes):
            continue
        names = max(len(name) for name, _ in picture.rows)
        columns = max(min(console.width, MOST_COLUMNS) - names - 2, 1)
        say(console, f"{picture.title}: {picture.see}", "dim")
        for name, lane in picture.rows:
            ran = shares(lane.ran_from_us, lane.ran_us, picture.until_us, columns)
            queued = shares(lane.queued_from_us, lane.queued_us, picture.until_us, columns)
            both = zip(ran, queued, strict=True)
            line = "".join(RAN if r >= 0.5 else QUEUED if q >= 0.5 else GAP for r, q in both)
            console.print(f"{escape(name):<{names}}  {line}")
        lasts = duration(picture.until_us / 1e6)
        console.print(f"[dim]{RAN} running  {GAP} {picture.gap}  ({lasts})[/dim]")


def shares(starts: Sequence[int], lengths: Sequence[int], until: int, columns: int) -> list[float]:
    """The share of each column that the spans cover."""
    width = max(until, 1) / columns
    found = [0.0] * columns
    for start, length in zip(starts, lengths, strict=True):
        for column in range(int(start / width), min(int((start + length) / width) + 1, columns)):
            left, right = column * width, (column + 1) * width
            found[column] += max(min(start + length, right) - max(start, left), 0) / width
    return found


def print_table(table: Table, console: Console) -> None:
    """The first rows of a table. Where it is too wide, intervals stand below their figures."""
    if not table.rows:
        return
    columns, *rows = (list(map(escape, row)) for row in [table.columns, *table.rows[:MOST_ROWS]])
    if wide(table) > console.width:
        rows = [intervals_beneath(columns, row) for row in rows]
        columns = [name for name in columns if name != INTERVAL]
    drawn = rich.Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, name in enumerate(columns):
        drawn.add_column(name, justify="left" if number < table.names else "right", overflow="fold")
    for row in rows:
        drawn.add_row(*row)
    console.print()
    console.print(drawn)
    more = len(table.rows) - MOST_ROWS
    if more > 0:
        console.print(f"[dim]and {more:,} more in the report[/dim]")


def wide(table: Table) -> int:
    """The characters that a line of it takes."""
    lines = [table.columns, *table.rows[:MOST_ROWS]]
    return sum(max(map(len, column)) + 2 for column in zip(*lines, strict=False))


def intervals_beneath(columns: Sequence[str], row: Sequence[str]) -> list[str]:
    """The row with each interval under the figure before it."""
    cells: list[str] = []
    for name, cell in zip(columns, row, strict=False):
        if name == INTERVAL and cells:
            cells[-1] += f"\n[dim]{cell}[/dim]".replace(" to ", " to\n") if cell else ""
        else:
            cells.append(cell)
    return cells
