"""What the tests of the timeline share: a page with timelines, and what is in sight on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.made_up_page import make_run
from tests.made_up_windows import with_windows

Show = Callable[..., Any]

CANVAS = "#timeline-canvas"


def seen(page: Any) -> str:
    """The times that are in sight, once the next frame is drawn."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return str(page.locator("#timeline-range").inner_text())


def shown(show: Show, **how: Any) -> tuple[Any, Any]:
    """A page with timelines, and its canvas in sight."""
    page = show(with_windows(make_run()), at="#timeline", **how)
    canvas = page.locator(CANVAS)
    canvas.scroll_into_view_if_needed()
    return page, canvas
