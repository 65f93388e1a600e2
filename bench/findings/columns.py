"""Tables from one description of their columns: a title, and the text that each row has there."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from bench.analysis.statistics import Estimate
from bench.findings.answer import INTERVAL, Table
from bench.findings.text.figures import UNKNOWN, interval

Row = TypeVar("Row")


@dataclass(frozen=True)
class Column(Generic[Row]):
    """A column of a table: its title, and its text for a row."""

    title: str
    text: Callable[[Row], str]
    gist: bool = False  # a terminal of 80 columns shows it
    names: bool = False  # it names the row, and is no figure


def name(title: str, text: Callable[[Row], str], *, gist: bool = True) -> Column[Row]:
    """A column that names the rows."""
    return Column(title, text, gist, names=True)


def figure(
    title: str,
    value: Callable[[Row], Estimate | float | None],
    text: Callable[[float | None], str],
    *,
    gist: bool = False,
) -> Column[Row]:
    """A column of figures: of an estimate, its median."""

    def shown(row: Row) -> str:
        found = value(row)
        return text(found.median if isinstance(found, Estimate) else found)

    return Column(title, shown, gist)


def estimated(
    title: str,
    value: Callable[[Row], Estimate | None],
    text: Callable[[float | None], str],
    *,
    gist: bool = False,
    interval_gist: bool = False,
) -> tuple[Column[Row], Column[Row]]:
    """A column of medians and one of their intervals."""

    def shown(row: Row) -> str:
        found = value(row)
        return interval(found, text) if found else UNKNOWN

    return figure(title, value, text, gist=gist), Column(INTERVAL, shown, interval_gist)


def table(columns: Sequence[Column[Row]], rows: Sequence[Row]) -> Table:
    """The table that these columns make of the rows."""
    gist = [place for place, column in enumerate(columns) if column.gist]
    return Table(
        columns=[column.title for column in columns],
        rows=[tuple(column.text(row) for column in columns) for row in rows],
        names=sum(column.names for column in columns),
        gist=gist if any(column.gist and not column.names for column in columns) else (),
    )
