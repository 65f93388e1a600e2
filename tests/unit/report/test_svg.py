"""The SVG writer and what is drawn with it."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.analysis.statistics import estimate
from bench.analysis.summary import Row, summarize
from bench.findings.collect import collect
from bench.report.html.charts.scale import LogScale, around
from bench.report.html.charts.speedup import Group, draw
from bench.report.html.charts.strip import draw as draw_strip
from bench.report.html.charts.strip import strip_scale
from bench.report.html.run import render
from bench.report.html.style import LOOKS, UNKNOWN, Look, further, look, marker, order
from bench.report.html.svg import Markup, tag
from tests.made_up import run_of
from tests.made_up_page import make_run

PRINTABLE = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)


@given(PRINTABLE, PRINTABLE)
def test_text_and_attributes_stay_what_they_were(text: str, value: str) -> None:
    element = ElementTree.fromstring(tag("text", text, label=value))
    assert (element.text or "") == text
    assert element.get("label") == value


def test_markup_is_not_escaped_twice() -> None:
    assert tag("g", tag("title", "a & b")) == "<g><title>a &amp; b</title></g>"


def test_names_of_attributes() -> None:
    assert tag("line", class_="x", stroke_width=1.26, x1=None) == '<line class="x" stroke-width="1.3"/>'


@pytest.mark.parametrize("name", ["style", "onclick", "onload"])
def test_what_the_policy_forbids_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no "):
        tag("g", **{name: "x"})


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_coordinates_are_finite(value: float) -> None:
    with pytest.raises(ValueError, match="coordinate"):
        tag("line", x1=value)


def test_jinja_takes_markup_as_it_is() -> None:
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string("{{ a }}{{ b }}")
    assert template.render(a=Markup("<b/>"), b="<b/>") == "<b/>&lt;b/&gt;"


def test_every_model_has_a_colour_and_a_shape_of_its_own() -> None:
    looks = [*LOOKS.values(), UNKNOWN, *map(further, range(20))]
    for part in ("css", "light", "dark", "path"):
        assert len({getattr(each, part) for each in looks}) == len(looks), part
    for each in map(further, range(20)):
        assert all(abs(float(number)) <= 6 for number in re.findall(r"-?[\d.]+", each.path))


def test_the_first_further_models_are_as_far_from_all_others_as_those_are_from_each_other() -> None:
    def apart(looks: Sequence[Look], theme: str) -> float:
        parts = [[int(getattr(each, theme)[i : i + 2], 16) for i in (1, 3, 5)] for each in looks]
        return min(math.dist(one, other) for one, other in combinations(parts, 2))

    known = list(LOOKS.values())
    for theme in ("light", "dark"):
        assert apart([*known, *map(further, range(5))], theme) > 0.6 * apart(known, theme)


def test_a_model_of_a_package_is_drawn_with_a_look_of_its_own() -> None:
    run = make_run(runners=("sync", "threading", "fibers", "actors"))
    text = render(collect(run))
    for number, name in enumerate(("actors", "fibers")):
        own = further(number)
        assert look(name) == own
        assert f".{own.css} {{ --light: {own.light}; --dark: {own.dark}; }}" in text
        assert str(marker(name)) in text
        assert text.count(f'd="{own.path}"') > 2, "in pictures and tables"
    render(collect(make_run(runners=("sync", "fibers"))))
    assert look("fibers") == further(0), "by its place among those of the run"


def test_what_is_no_model_of_the_run_gets_the_fallback() -> None:
    assert look('x" onload="') == UNKNOWN
    assert "onload" not in marker('x" onload="')


def test_the_baseline_comes_first_and_strangers_last() -> None:
    assert sorted(["zz", "dask", "asyncio", "sync"], key=order) == ["sync", "asyncio", "dask", "zz"]


@given(st.lists(st.floats(1e-3, 1e4), max_size=6))
def test_an_axis_holds_its_values_and_one(values: list[float]) -> None:
    low, high = around(values)
    scale = LogScale(low, high, 0, 100)
    assert all(0 < scale(value) < 100 for value in [1.0, *values])
    ticks = scale.ticks()
    assert 1.0 in ticks
    assert len(ticks) <= 7
    assert all(low <= tick <= high for tick in ticks)


def test_an_axis_is_logarithmic() -> None:
    scale = LogScale(0.5, 16, 0, 100)
    steps = [b - a for a, b in pairwise(scale(2.0**n) for n in range(-1, 5))]
    assert steps == pytest.approx([20] * 5)


def test_what_lies_outside_is_drawn_at_the_end() -> None:
    assert LogScale(0.5, 16, 10, 90)(1000) == pytest.approx(90)


def row(runner: str = "asyncio", speedup: Sequence[float] = (14.0, 14.1, 14.2), limit: float = 15.6) -> Row:
    (found,) = [row for row in summarize(run_of({("sleep", runner): 14.1})).rows if not row.is_baseline]
    info = replace(found.info, client="httpx")
    return replace(found, info=info, speedup=estimate(speedup), limit_speedup=limit)


def test_the_plot_says_what_it_shows() -> None:
    chart = draw([Group("http", "sync 47 tasks/s", [row(), row("threading")])], "All of it in words")
    root = ElementTree.fromstring(chart)
    assert root.get("role") == "img"
    assert root.get("aria-label") == "All of it in words"
    texts = [element.text for element in root.iter("text")]
    assert texts.count("14.1x") == 2
    assert texts.count("httpx") == 1  # named once, where it begins
    assert len([line for line in root.iter("line") if line.get("class") == "limit"]) == 2


def test_nothing_in_the_plot_lies_outside_of_it() -> None:
    chart = draw([Group("null", "", [row(speedup=[1e-6, 1e-6]), row(limit=1e6)])], "extremes")
    root = ElementTree.fromstring(chart)
    width, height = map(float, root.get("viewBox", "").split()[2:])
    for line in root.iter("line"):
        assert all(0 <= float(line.get(name, 0)) <= width for name in ("x1", "x2"))
        assert all(0 <= float(line.get(name, 0)) <= height for name in ("y1", "y2"))


def test_what_is_not_decided_is_hollow() -> None:
    scale = strip_scale((0.5, 20))
    assert "hollow" in draw_strip("asyncio", estimate([2.0]), scale, decided=False)
    assert "hollow" not in draw_strip("asyncio", estimate([2.0]), scale)


def test_a_strip_without_a_limit_draws_none() -> None:
    strip = draw_strip("sync", None, strip_scale((0.5, 20)))
    assert 'class="limit"' not in strip
    assert 'aria-hidden="true"' in strip
