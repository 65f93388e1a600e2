"""The pictures of answers: complete, within their frame, and drawn whatever the values are."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from bench.analysis.statistics import Estimate
from bench.core.grouping import grouped
from bench.findings.answer import Axis, Bars, Dot, Dots, Lines, Mark, Part, Series
from bench.report.html.charts import dots, lines, stacked
from tests import made_up_answers as made_up
from tests.made_up_answers import INFINITE, NAN, degenerate_lines, near
from tests.made_up_page import HOSTILE

Element = ElementTree.Element


def parsed(chart: str) -> Element:
    return ElementTree.fromstring(chart)


def of_class(root: Element, css: str) -> list[Element]:
    """The elements of a class, without the legend's."""
    legend = {each for group in root.iter() if group.get("class") == "legend" for each in group.iter()}
    return [each for each in root.iter() if css in each.get("class", "").split() and each not in legend]


def named(root: Element) -> list[Element]:
    """The names in the legend."""
    return [each for group in root.iter() if group.get("class") == "legend" for each in group.iter("text")]


def texts(root: Element, css: str) -> list[str]:
    return [each.text or "" for each in of_class(root, css)]


def titles(root: Element) -> list[str]:
    return [each.text or "" for each in root.iter("title")]


@pytest.mark.parametrize(
    "chart",
    [
        lines.draw(made_up.lines(HOSTILE), HOSTILE),
        dots.draw(made_up.dots(HOSTILE), HOSTILE),
        stacked.draw(made_up.bars(HOSTILE), HOSTILE),
    ],
    ids=["lines", "dots", "bars"],
)
def test_hostile_names_stay_text(chart: str) -> None:
    root = parsed(chart)
    assert root.get("aria-label") == HOSTILE
    assert any(HOSTILE in title for title in titles(root))
    assert {each.tag for each in root.iter()} <= {
        "svg",
        "g",
        "title",
        "text",
        "line",
        "path",
        "rect",
        "circle",
    }
    assert "<img" not in chart


def test_every_series_is_drawn_and_named() -> None:
    picture = made_up.lines()
    root = parsed(lines.draw(picture, "all of it"))
    assert len(of_class(root, "curve")) == len(picture.series)
    assert [name.text for name in named(root)] == [series.name for series in picture.series]
    points = sum(len(series.points) for series in picture.series if series.runner)
    assert len(of_class(root, "mark")) == len(of_class(root, "whisker")) == points


def test_points_say_what_they_are() -> None:
    said = titles(parsed(lines.draw(made_up.lines(), "")))
    assert "threading, tasks in flight 2: 90.0/s (84.6–95.4/s)" in said


def test_references_are_dashed_and_series_of_one_model_differ() -> None:
    picture = made_up.lines()
    curves = of_class(parsed(lines.draw(picture, "")), "curve")
    dashes = {
        series.name: curve.get("stroke-dasharray")
        for series, curve in zip(picture.series, curves, strict=True)
    }
    assert dashes["limit"]
    assert dashes["asyncio"] is None
    assert dashes["asyncio, aiohttp"]


def test_strangers_look_the_same_and_are_told_apart_by_dashes() -> None:
    series = [Series(name, [(1.0, near(1.0)), (2.0, near(2.0))], name) for name in ("new", "newer")]
    picture = Lines("", "", Axis("x", "count"), Axis("y", "x"), series)
    solid, dashed = of_class(parsed(lines.draw(picture, "")), "curve")
    assert solid.get("stroke-dasharray") != dashed.get("stroke-dasharray")


def test_a_reference_does_not_stretch_the_axes() -> None:
    measured = Series("asyncio", [(1.0, near(1.0)), (10.0, near(2.0))], "asyncio")
    limit = Series("limit", [(1e-9, near(1e-9)), (1e9, near(1e9))])
    picture = Lines("", "", Axis("x", "count"), Axis("y", "x"), [measured, limit])
    assert texts(parsed(lines.draw(picture, "")), "tick") == ["1", "10", "1x", "2x"]


@pytest.mark.parametrize("picture", degenerate_lines(), ids=lambda picture: picture.title)
def test_degenerate_lines(picture: Lines) -> None:
    root = parsed(lines.draw(picture, "words"))
    assert root.get("aria-label") == "words"
    assert within(root)
    drawn = [series for series in picture.series if series.points]
    assert len(of_class(root, "curve")) == len(drawn)


def test_values_without_a_place_are_left_out() -> None:
    points = [(1.0, near(2.0)), (2.0, near(NAN)), (NAN, near(2.0)), (4.0, near(INFINITE)), (8.0, near(0.0))]
    picture = Lines("", "", Axis("x", "count"), Axis("y", "x"), [Series("sync", points, "sync")])
    assert len(of_class(parsed(lines.draw(picture, "")), "mark")) == 1


def test_a_mark_has_its_line_its_band_and_its_name() -> None:
    picture = made_up.lines()
    root = parsed(lines.draw(picture, ""))
    assert len(of_class(root, "place")) == len(of_class(root, "span")) == len(picture.marks)
    assert "threading full: tasks in flight 150 (120–180)" in titles(root)
    nowhere = replace(picture, marks=[Mark("never", near(INFINITE))])
    assert not of_class(parsed(lines.draw(nowhere, "")), "place")


@pytest.mark.parametrize("count", [1, 2, 8, 40])
def test_labels_do_not_cover_each_other(count: int) -> None:
    same = [Series(f"model {n}", [(1.0, near(1.0)), (2.0, near(1 + n / 1e3))], f"m{n}") for n in range(count)]
    marks = [Mark(f"model {n} is ahead", near(1 + n / 1e3)) for n in range(count)]
    picture = Lines("", "", Axis("x", "count"), Axis("y", "x"), same, marks)
    root = parsed(lines.draw(picture, ""))
    assert within(root)
    rows = grouped(named(root), lambda name: float(name.get("y", 0)))
    assert all(below - above >= 13.5 for above, below in pairwise(rows))
    for row in rows.values():
        lefts = [float(name.get("x", 0)) for name in row]
        assert all(right - left > 17 + 5 * len("model 1") for left, right in pairwise(lefts))
    assert len({name.get("y") for name in of_class(root, "name")}) == count


def within(root: Element) -> bool:
    """Whether every line, mark and text lies in the frame."""
    width, height = map(float, root.get("viewBox", "").split()[2:])
    named = {
        "x": width,
        "x1": width,
        "x2": width,
        "cx": width,
        "y": height,
        "y1": height,
        "y2": height,
        "cy": height,
    }
    return all(
        0 <= float(each.get(name, 0)) <= most
        for each in root.iter()
        if each.tag != "svg"
        for name, most in named.items()
    )


def test_dots_stand_in_their_groups() -> None:
    picture = made_up.dots()
    root = parsed(dots.draw(picture, ""))
    assert texts(root, "family") == ["One at a time", "Many"]
    assert len(of_class(root, "mark")) == len(of_class(root, "whisker")) == len(picture.dots)
    assert texts(root, "value") == [dot.aside for dot in picture.dots]
    names = texts(root, "model")
    assert "a new thread" in names
    for name, aside in zip(names, texts(root, "value"), strict=True):
        assert 6.9 * (len(name) + len(aside)) < 340
    assert any("with a name that is far too long: 80 ms (75–85 ms)" in title for title in titles(root))
    assert within(root)


@pytest.mark.parametrize(
    "value", [near(1.0), near(NAN), near(INFINITE), near(0.0), Estimate(1.0, NAN, NAN, 0, 1)]
)
def test_degenerate_dots(value: Estimate) -> None:
    picture = Dots("", "", Axis("memory of one", "bytes"), [Dot("one", value)])
    root = parsed(dots.draw(picture, ""))
    assert texts(root, "model") == ["one"]
    assert len(of_class(root, "mark")) == (value.median == 1.0)
    assert within(root)


def test_no_dots() -> None:
    assert within(parsed(dots.draw(Dots("", "", Axis("time", "s"), []), "")))


def test_the_key_has_the_kinds_that_occur() -> None:
    assert stacked.kinds(made_up.bars()) == [
        ("part-core", "on core"),
        ("part-waiting", "waiting for a core"),
        ("part-gil", "GIL wait"),
    ]


def test_bars_add_up_and_say_what_they_are() -> None:
    root = parsed(stacked.draw(made_up.bars(), ""))
    widths = [float(part.get("width", 0)) + stacked.GUTTER for part in of_class(root, "part-core")]
    assert widths == pytest.approx([0.5 * 142, 0.97 * 142], abs=0.1)  # threading, multiprocessing
    assert "cpu-python under threading: on core 50 %, GIL wait 50 %" in titles(root)


def test_degenerate_bars() -> None:
    bar = made_up.bars().bars[0]
    odd = [Part("core", "on core", NAN), Part("of no known kind", "odd", 7.0), Part("gil", "GIL", -1.0)]
    root = parsed(stacked.draw(Bars("", "", [replace(bar, parts=odd)]), ""))
    assert len(of_class(root, "part-blocked")) == 1
    assert within(root)
    assert stacked.kinds(Bars("", "", [])) == []
