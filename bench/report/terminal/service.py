"""The advice on an application in the terminal: the tables, and then its sentences."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.analysis.service import ServiceFigures
from bench.core.wording import listed
from bench.findings.text.figures import counted
from bench.findings.text.service import service_sentences
from bench.findings.text.service_tables import ServiceTable, capacity_table, level_table
from bench.report.terminal.layout import say


def print_service(figures: ServiceFigures, console: Console) -> None:
    """Print tables, and then the advice, which is read first at the end."""
    run = figures.run
    framework = f"{run.app.framework}, " if run.app.framework else ""
    about = (
        f"{framework}{run.app.kind.upper()}, {listed(run.requests, most=3)}, {counted(run.blocks, 'block')}"
    )
    say(console, about, "dim")
    for each in (capacity_table(figures), level_table(figures)):
        console.print()
        console.print(drawn(each))
    console.print()
    for number, sentence in enumerate(service_sentences(figures)):
        say(console, sentence, "bold" if not number else "")


def drawn(table: ServiceTable) -> Table:
    """The table as it is printed: names to the left, figures to the right."""
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for number, title in enumerate(table.columns):
        made.add_column(title, justify="right" if number else "left", overflow="fold")
    for row in table.rows:
        made.add_row(*map(Text, row))
    return made
