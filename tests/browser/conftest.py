"""A browser that may not use the network, and pages that it opens from files."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.core.run import Run
from bench.findings.collect import collect
from bench.report.html.run import render
from tests.made_up_page import make_run

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Any]:
    """The system's Chromium, without a window."""
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.is_file():
        pytest.skip(f"there is no browser at {CHROMIUM}")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@cache
def usual() -> str:
    """The report of a usual run."""
    return render(collect(make_run()))


class Watched:
    """A page, and what went wrong on it: errors, dialogs, requests to anything but the file itself."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.wrong: list[str] = []
        page.on("console", lambda message: self.wrong.append(f"console: {message.text}"))
        page.on("pageerror", lambda error: self.wrong.append(f"error: {error}"))
        page.on("dialog", self._dismiss)
        page.on("request", self._request)

    def _dismiss(self, dialog: Any) -> None:
        self.wrong.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Any) -> None:
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.wrong.append(f"request: {request.url}")


@pytest.fixture
def show(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """``show(run, width=, height=, at=, ...)`` opens the report of a run, at an address within it; nothing may
    go wrong on it."""
    opened: list[Watched] = []

    def open_report(
        run: Run | None = None,
        *,
        html: str = "",
        width: int = 1280,
        height: int = 800,
        at: str = "",
        **context: Any,
    ) -> Any:
        file = tmp_path / f"report-{len(opened)}.html"
        file.write_text(html or (render(collect(run)) if run else usual()), encoding="utf-8")
        context = chromium.new_context(viewport={"width": width, "height": height}, **context)
        watched = Watched(context.new_page())
        watched.page.set_default_timeout(5_000)
        opened.append(watched)
        watched.page.goto(file.as_uri() + at)
        return watched.page

    yield open_report
    for watched in opened:
        watched.page.context.close()
        assert watched.wrong == []
