"""The timeline in hands: keys, wheel, drag, two fingers, and the task that is pointed at."""

from __future__ import annotations

import pytest

from tests.browser.timelines import CANVAS, Show, seen, shown


def test_keys(show: Show) -> None:
    page, canvas = shown(show)
    canvas.focus()
    assert page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert seen(page) == "0.0 to 250.0 ms of 250.0 ms"
    before = canvas.screenshot()
    page.keyboard.press("+")
    assert seen(page) == "25.0 to 225.0 ms of 250.0 ms"
    assert canvas.screenshot() != before
    page.keyboard.press("ArrowRight")
    assert seen(page) == "45.0 to 245.0 ms of 250.0 ms"
    page.keyboard.press("ArrowRight")
    assert seen(page) == "50.0 to 250.0 ms of 250.0 ms"
    for key in ("0", "Home"):
        page.keyboard.press("+")
        page.keyboard.press(key)
        assert seen(page) == "0.0 to 250.0 ms of 250.0 ms"
    assert canvas.screenshot() == before
    page.keyboard.press("-")
    assert seen(page) == "0.0 to 250.0 ms of 250.0 ms"
    for _ in range(60):
        page.keyboard.press("+")
    assert seen(page) == "124.8 to 125.3 ms of 250.0 ms"


@pytest.mark.full
def test_the_focus_reaches_it_by_tab(show: Show) -> None:
    page, _ = shown(show)
    page.focus("#timeline-choice")
    for _ in range(4):
        page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "timeline-canvas"


@pytest.mark.full
def test_the_wheel_zooms_only_where_it_is_meant(show: Show) -> None:
    page, canvas = shown(show)
    canvas.hover(position={"x": 300, "y": 60})
    whole = seen(page)
    page.mouse.wheel(0, -100)
    page.wait_for_timeout(200)
    assert seen(page) == whole
    canvas.scroll_into_view_if_needed()
    canvas.hover(position={"x": 300, "y": 60})
    page.keyboard.down("Control")
    page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    page.wait_for_function(
        "(was) => document.getElementById('timeline-range').textContent !== was", arg=whole
    )
    canvas.click(position={"x": 300, "y": 60})
    zoomed, top = seen(page), page.evaluate("scrollY")
    page.mouse.wheel(0, -100)
    page.wait_for_function(
        "(was) => document.getElementById('timeline-range').textContent !== was", arg=zoomed
    )
    assert page.evaluate("scrollY") == top


@pytest.mark.full
def test_a_drag_pans(show: Show) -> None:
    page, canvas = shown(show)
    page.click("#timeline-in")
    page.click("#timeline-in")
    before = float(seen(page).split()[0])
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 600, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 500, box["y"] + 60)
    page.mouse.up()
    moved = float(seen(page).split()[0])
    assert moved == pytest.approx(before + 100 / box["width"] * 250 / 1.5**2, abs=0.2)
    page.mouse.move(box["x"] + 300, box["y"] + 60)
    assert float(seen(page).split()[0]) == moved
    page.click("#timeline-all")
    assert seen(page) == "0.0 to 250.0 ms of 250.0 ms"


@pytest.mark.full
def test_two_fingers_zoom(show: Show) -> None:
    page, _ = shown(show, width=390, has_touch=True)
    page.evaluate(
        """() => {
            const canvas = document.getElementById("timeline-canvas");
            const { left, top } = canvas.getBoundingClientRect();
            canvas.setPointerCapture = () => {};  // these fingers are made up
            const touch = (name, pointerId, x) => canvas.dispatchEvent(new PointerEvent(name, {
                pointerId, pointerType: "touch", clientX: left + x, clientY: top + 60 }));
            touch("pointerdown", 11, 100);
            touch("pointerdown", 12, 200);
            touch("pointermove", 11, 50);
            touch("pointermove", 12, 250);
            touch("pointerup", 11, 50);
            touch("pointerup", 12, 250);
        }"""
    )
    low, _, high, *_ = seen(page).split()
    assert float(high) - float(low) == pytest.approx(125, abs=2)


@pytest.mark.full
def test_the_task_under_the_pointer_is_told(show: Show) -> None:
    page, canvas = shown(show)
    canvas.hover(position={"x": 40, "y": 55})
    seen(page)
    told = page.locator("#timeline-task")
    assert told.inner_text() == "sync (httpx), worker 1 of 1: starts at 0.00 ms, takes 20.00 ms"
    assert told.get_attribute("aria-live") == "off"
    page.mouse.move(1, 1)
    seen(page)
    assert told.inner_text() == ""


@pytest.mark.full
def test_another_workload(show: Show) -> None:
    page, canvas = shown(show)
    before = canvas.screenshot()
    page.focus(CANVAS)
    page.keyboard.press("+")
    page.select_option("#timeline-choice", label="cpu-python (CPU-bound)")
    assert seen(page) == "0.0 to 250.0 ms of 250.0 ms"
    assert canvas.screenshot() != before
    assert "cpu-python" in canvas.get_attribute("aria-label")
    assert "Tasks finished in the first" in page.locator("#timeline-see").inner_text()
