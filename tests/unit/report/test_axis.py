"""Axes with units, their ticks, and where labels go."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.statistics import Estimate
from bench.findings.answer import Axis, Unit
from bench.report.html.charts.axis import interval, ruler, text, tick
from bench.report.html.charts.scale import LogScale, spanning
from tests.made_up_answers import INFINITE, NAN

VALUES = st.floats(allow_nan=True, allow_infinity=True)
UNITS: tuple[Unit, ...] = ("s", "x", "bytes", "per s", "count", "share")


@pytest.mark.parametrize(
    ("unit", "ticks"),
    [
        ("s", ["1 µs", "100 µs", "10 ms", "1 s"]),
        ("bytes", ["1 B", "64 B", "4 KiB", "256 KiB"]),
        ("x", ["0.01x", "1x", "100x", "10,000x"]),
        ("per s", ["0.01/s", "1/s", "100/s", "10 k/s"]),
        ("share", ["1 %", "3 %", "10 %", "30 %"]),
        ("count", ["1", "10", "100", "1,000"]),
    ],
)
def test_ticks_are_round_in_their_unit(unit: Unit, ticks: list[str]) -> None:
    ends = {"s": (5e-7, 2.0), "bytes": (1, 3e6), "x": (5e-3, 2e4), "per s": (5e-3, 2e4), "share": (0.01, 1)}
    axis = ruler(Axis("", unit), ends.get(unit, (1, 1000)), 0, 250)
    assert [tick(value, unit) for value in axis.ticks][: len(ticks)] == ticks


def test_a_count_has_its_ticks_where_it_was_set() -> None:
    axis = ruler(Axis("", "count"), (1, 100), 0, 400, levels=(1, 10, 11, 50, 100))
    assert axis.ticks == [1, 10, 50, 100]


@given(st.lists(VALUES, max_size=6), st.sampled_from(UNITS))
def test_an_axis_holds_whatever_there_is(values: list[float], unit: Unit) -> None:
    axis = ruler(Axis("", unit), values, 0, 300, levels=values)
    assert 1 < len(axis.ticks) < 20
    assert all(math.isfinite(axis.scale(value)) for value in axis.ticks)
    assert all(tick(value, unit) for value in axis.ticks)
    assert len({tick(value, unit) for value in axis.ticks}) == len(axis.ticks)


@given(st.floats(1e-6, 1e6))
def test_an_axis_of_one_value_has_it_in_the_middle(value: float) -> None:
    assert LogScale(*spanning([value]), 0, 100)(value) == pytest.approx(50)


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (2.5e-4, "s", "250 µs"),
        (2048, "bytes", "2.0 KiB"),
        (1.5, "x", "1.50x"),
        (1234.5, "per s", "1,230/s"),
        (16, "count", "16"),
        (16.04, "count", "16.0"),
        (0.25, "share", "25 %"),
        (NAN, "share", "\N{EN DASH}"),
        (INFINITE, "s", "\N{EN DASH}"),
    ],
)
def test_values_as_text(value: float, unit: Unit, said: str) -> None:
    assert text(value, unit) == said


def test_one_block_has_no_interval() -> None:
    assert interval(Estimate(1.0, 1.0, 1.0, 0.0, 1), "s") == "1 block"


def test_a_short_axis_has_ticks_that_are_round_in_their_unit() -> None:
    axis = ruler(Axis("", "bytes"), (18 * 2**20, 31 * 2**20), 0, 250)
    assert [tick(value, "bytes") for value in axis.ticks] == ["20 MiB", "25 MiB", "30 MiB"]


def test_levels_that_lie_too_close_together_leave_the_usual_ticks() -> None:
    axis = ruler(Axis("", "share"), (3.1e16, 2.9e16), 0, 300, levels=(3.1e16, 2.9e16))
    assert len(axis.ticks) > 1
