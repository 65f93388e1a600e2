"""What a study says: sentences, pictures and a table, as data that any report can draw; and tables made from
one description of their columns, a title and the text that each row has there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Generic, Literal, TypeVar

from bench.analysis.statistics import Estimate
from bench.core.observation import WorkerLane
from bench.findings.text.figures import UNKNOWN, interval

if TYPE_CHECKING:  # it loads pandas, which ``from bench import Answer`` must not
    from bench.analysis.curves import Passing

INTERVAL = "Interval"  # the title of a column that belongs to the one before it
Row = TypeVar("Row")
Unit = Literal["s", "x", "bytes", "per s", "count", "share"]


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis: what it shows, and in what."""

    label: str
    unit: Unit


@dataclass(frozen=True)
class Series:
    """A line through estimates. One without a model is a reference, such as a limit: drawn dashed."""

    name: str
    points: Sequence[tuple[float, Estimate]]  # x, y; by x
    runner: str | None = None
    fit: bool = False  # a law through the estimates of the same model: thin, without marks or a name


@dataclass(frozen=True)
class Mark:
    """A place on the x axis that matters, with its interval."""

    name: str
    x: Estimate
    runner: str | None = None


@dataclass(frozen=True)
class Lines:
    """Lines over two logarithmic axes."""

    title: str
    see: str  # what to see in it, in a sentence
    x: Axis
    y: Axis
    series: Sequence[Series]
    marks: Sequence[Mark] = ()
    reference: float | None = None  # a level of y, drawn across: 1x


@dataclass(frozen=True)
class Dot:
    """A line of a ladder: what it is, and where it stands."""

    name: str
    value: Estimate
    runner: str | None = None
    aside: str | None = None  # beside it; None: its median
    group: str = ""  # lines of one group stand together under its name
    other: float | None = None  # the same figure found in another way, such as before a correction


@dataclass(frozen=True)
class Dots:
    """Estimates above each other on one logarithmic axis."""

    title: str
    see: str
    axis: Axis
    dots: Sequence[Dot]
    bands: Sequence[float] = ()  # ratios so close to 1 are shaded, as shares: 0.05


@dataclass(frozen=True)
class Part:
    """A piece of a whole."""

    kind: str  # "core", "waiting", "blocked" or "gil": its look
    name: str
    share: float


@dataclass(frozen=True)
class Bar:
    """A whole of parts."""

    runner: str
    group: str
    client: str
    parts: Sequence[Part]
    aside: str


@dataclass(frozen=True)
class Bars:
    """Bars of parts that add up to 1, for each model, grouped by workload."""

    title: str
    see: str
    bars: Sequence[Bar]
    aside: str = ""  # what stands beside each bar


GapKind = Literal["gil", "blocked", "idle"]


@dataclass(frozen=True)
class Lanes:
    """Who ran when: a row for each worker, its spans along time."""

    title: str
    see: str
    rows: Sequence[tuple[str, WorkerLane]]  # a worker's name, and what it did
    until_us: int
    gap: str  # what a worker did between its spans
    gap_kind: GapKind
    turn: tuple[int, int] | None = None  # row and number of a span whose length is shown


Picture = Lines | Dots | Bars | Lanes


@dataclass(frozen=True)
class Table:
    """The figures behind the pictures, as text. The first ``names`` columns name things."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    names: int = 1
    gist: Sequence[int] = ()  # the columns that a terminal of 80 columns has room for; (): all

    @property
    def narrow(self) -> Table:
        """Its gist, as a table."""
        if not self.gist:
            return self
        rows = [[row[place] for place in self.gist] for row in self.rows]
        columns = [self.columns[place] for place in self.gist]
        return Table(columns, rows, sum(place < self.names for place in self.gist))


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


@dataclass(frozen=True)
class Answer:
    """A study's answer. Its first sentence says most; the terminal shows the first one or two."""

    sentences: Sequence[str]
    pictures: Sequence[Picture]
    table: Table
    notes: Sequence[str] = field(default=())  # what this run could not tell, and how to measure it
    glance: Table | None = None  # for a terminal of 80 columns, where it is not the table's gist
    passings: Sequence[Passing] = ()  # where one model's throughput rises above another's
