"""Tables from a description of their columns."""

from __future__ import annotations

from bench.analysis.statistics import Estimate, estimate, exactly
from bench.findings.answer import Column, estimated, figure, name, table
from bench.findings.text.figures import UNKNOWN, duration, ratio

Row = tuple[str, Estimate | None]
COLUMNS: tuple[Column[Row], ...] = (
    name("Model", lambda row: row[0]),
    *estimated("Speed-up", lambda row: row[1], ratio, gist=True),
    figure("Start-up", lambda row: 0.5, duration),
)


def test_a_table_has_a_column_for_each_and_a_median_with_its_interval() -> None:
    found = table(COLUMNS, [("sync", None), ("asyncio", estimate([1.5, 2.0, 3.0])), ("trio", exactly(2.0))])
    assert found.columns == ["Model", "Speed-up", "Interval", "Start-up"]
    assert found.names == 1
    assert found.rows == [
        ("sync", UNKNOWN, UNKNOWN, "500 ms"),
        ("asyncio", "2.00x", "1.50–3.00", "500 ms"),
        ("trio", "2.00x", "1 block", "500 ms"),
    ]


def test_other_intervals_are_in_the_unit_of_their_figure() -> None:
    columns: tuple[Column[Estimate], ...] = estimated("Time", lambda row: row, duration)
    assert table(columns, [estimate([0.012, 0.013, 0.014])]).rows == [("13 ms", "12–14 ms")]


def test_its_gist_is_for_a_narrow_terminal_and_all_of_it_where_none_is_marked() -> None:
    narrow = table(COLUMNS, [("asyncio", exactly(2.0))]).narrow
    assert (narrow.columns, narrow.rows, narrow.names) == (["Model", "Speed-up"], [["asyncio", "2.00x"]], 1)
    whole = table((COLUMNS[0], COLUMNS[-1]), [("asyncio", None)])
    assert whole.narrow == whole
