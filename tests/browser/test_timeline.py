"""The timeline as it is drawn: in both themes, on paper, at every width, sixty times a second."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest

from bench.core.run import Run
from tests.browser.timelines import CANVAS, Show, shown
from tests.made_up_page import hostile_run, make_run, workload
from tests.made_up_windows import full, with_windows

FRAME_MS = 1000 / 60
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
COLOURS = """(canvas) => {
    const { width, height } = canvas;
    const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    const seen = new Map();
    for (let i = 0; i < data.length; i += 4) {
        const colour = `${data[i]},${data[i + 1]},${data[i + 2]}`;
        seen.set(colour, (seen.get(colour) || 0) + 1);
    }
    return [...seen.entries()].sort((a, b) => b[1] - a[1]).slice(0, 12).map(([colour]) => colour);
}"""
# Sixty frames, each of which a key asks for: the time that each took to draw, and all of them together.
SIXTY_FRAMES = """(canvas) => new Promise((done) => {
    const took = [];
    const began = performance.now();
    const ask = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (paint) => ask((now) => {
        const before = performance.now();
        paint(now);
        took.push(performance.now() - before);
    });
    const press = () => {
        if (took.length >= 60) return done({ took, all: performance.now() - began });
        const key = took.length % 2 ? "+" : "-";
        canvas.dispatchEvent(new KeyboardEvent("keydown", { key }));
        ask(press);
    };
    press();
})"""
COUNT_BARS = """(canvas) => new Promise((done) => {
    const pen = canvas.getContext("2d");
    let bars = 0;
    pen.fillRect = function (...box) { bars += 1; CanvasRenderingContext2D.prototype.fillRect.apply(this, box); };
    canvas.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowRight" }));
    requestAnimationFrame(() => { delete pen.fillRect; done(bars); });
})"""


def test_it_is_drawn_in_the_colours_of_the_theme(show: Show) -> None:
    page, canvas = shown(show, color_scheme="light")
    light = canvas.evaluate(COLOURS)
    assert len(light) >= 8
    assert "255,255,255" in light  # the card
    page.click("#theme")
    page.click("#theme")
    dark = canvas.evaluate(COLOURS)
    assert "20,25,32" in dark
    assert not set(light[:6]) & set(dark[:6])
    page.click("#theme")
    assert canvas.evaluate(COLOURS) == light


def comes_to_be_white(page: Any, canvas: Any) -> bool:
    """Whether it is drawn on white, now or soon: the page is told of the change in its own time."""
    for _ in range(50):
        if "255,255,255" in canvas.evaluate(COLOURS):
            return True
        page.wait_for_timeout(100)
    return False


def test_it_follows_the_system(show: Show) -> None:
    page, canvas = shown(show, color_scheme="dark")
    assert "20,25,32" in canvas.evaluate(COLOURS)
    page.emulate_media(color_scheme="light")
    assert comes_to_be_white(page, canvas)


@pytest.mark.full
def test_it_is_drawn_when_it_is_unfolded(show: Show) -> None:
    page = show(with_windows(make_run()))
    page.click("#timeline > summary")
    page.wait_for_function("() => { const c = document.querySelector('canvas'); return c.width > 300; }")
    page.wait_for_function(f"() => ({COLOURS})(document.querySelector('canvas')).length >= 8")


@pytest.mark.full
def test_paper_has_a_picture_of_each_workload_in_its_place(show: Show) -> None:
    page, canvas = shown(show)
    stills = page.locator("#timeline-stills .chart")
    assert stills.first.is_hidden()
    page.emulate_media(media="print")
    assert canvas.is_hidden()
    assert [each.is_visible() for each in stills.all()] == [True] * 5


@pytest.mark.full
@pytest.mark.parametrize("ratio", [1, 1.5, 2])
def test_it_has_the_pixels_of_the_screen(show: Show, ratio: float) -> None:
    _, canvas = shown(show, device_scale_factor=ratio)
    assert canvas.evaluate("(c) => c.width") == round(canvas.evaluate("(c) => c.clientWidth") * ratio)


@pytest.mark.full
def test_five_thousand_spans_sixty_times(show: Show) -> None:
    page = show(full(make_run([workload("sleep", "io")])), at="#timeline")
    canvas = page.locator(CANVAS)
    canvas.scroll_into_view_if_needed()
    assert 4_000 < canvas.evaluate(COUNT_BARS) < 6_000
    measured = canvas.evaluate(SIXTY_FRAMES)
    assert len(measured["took"]) == 60
    assert median(measured["took"]) < FRAME_MS
    assert measured["all"] < 60 * 4 * FRAME_MS  # nothing here has a graphics card, and much else runs


@pytest.mark.full
def test_what_is_out_of_sight_is_not_drawn(show: Show) -> None:
    page = show(full(make_run([workload("sleep", "io")])), at="#timeline")
    canvas = page.locator(CANVAS)
    canvas.focus()
    for _ in range(12):
        page.keyboard.press("+")
    assert canvas.evaluate(COUNT_BARS) < 1_000


@pytest.mark.parametrize(
    ("run", "width"),
    [
        *(pytest.param(make_run(), width, marks=pytest.mark.full) for width in (1280, 390, 320)),
        (hostile_run(), 390),
    ],
)
def test_nothing_sticks_out_sideways(show: Show, run: Run, width: int) -> None:
    page = show(with_windows(run), width=width, at="#timeline")
    assert page.evaluate(OVERFLOW) == 0
    page.locator("#timeline .more summary, #timeline details > summary").last.click()
    assert page.evaluate(OVERFLOW) == 0


@pytest.mark.full
def test_it_follows_the_width_of_the_window(show: Show) -> None:
    page, canvas = shown(show)
    page.set_viewport_size({"width": 700, "height": 800})
    page.wait_for_function(
        "() => { const c = document.querySelector('canvas'); return c.width === c.clientWidth; }"
    )
    assert canvas.bounding_box()["width"] < 700


def test_without_scripts_there_are_pictures_and_the_table(show: Show) -> None:
    page = show(with_windows(make_run()), java_script_enabled=False)
    page.click("#timeline > summary")
    assert page.locator("#timeline-figure").is_hidden()
    assert page.locator("#timeline-stills .chart").count() == 5
    assert page.locator("#timeline-stills .chart").first.is_visible()
    assert page.locator("#timeline tbody tr").count() == 28
