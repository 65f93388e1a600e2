"""The pages' own policy: were a run's text ever to come through as markup, it could do nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bench.findings.collect import collect
from bench.report.html import page as pages
from bench.report.html.run import render
from tests.made_up_page import HOSTILE, hostile_run

OWNS = "document.documentElement.dataset.owned = 'yes';"
INJECTED = {
    "script": f"<script>{OWNS}</script>",
    "script that is loaded": f'<script src="data:text/javascript,{OWNS}"></script>',
    "script of others": '<script src="https://example.invalid/x.js"></script>',
    "handler": f'<img src="data:," onerror="{OWNS}">',
    "link": f'<a id="link" href="javascript:{OWNS}">here</a>',
    "frame": f'<iframe srcdoc="<script>parent.{OWNS}</script>"></iframe>',
    "object": '<object data="data:text/html,x"></object>',
    "picture of others": '<img src="https://example.invalid/x.png">',
    "style": "<style>body { display: none }</style>",
    "form": '<form action="https://example.invalid/"><button id="link">send</button></form>',
    "base": '<base href="https://example.invalid/">',
    "refused fetch": "<link rel='stylesheet' href='https://example.invalid/x.css'>",
}


@cache
def hostile_report() -> str:
    return render(collect(hostile_run()))


@pytest.mark.parametrize(
    ("which", "name"),
    [
        ("index", "script"),
        ("index", "handler"),
        *(
            pytest.param("report", name, marks=() if i % 3 else pytest.mark.full)
            for i, name in enumerate(INJECTED)
        ),
    ],
)
def test_what_is_injected_does_nothing(chromium: Any, tmp_path: Path, which: str, name: str) -> None:
    html = (
        hostile_report() if which == "report" else pages.build("index.html.j2", entries=[], applications=[])
    )
    file = tmp_path / "page.html"
    file.write_text(html.replace("<main", f"{INJECTED[name]}<main", 1), encoding="utf-8")
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    refused: list[str] = []
    stopped: set[str] = set()  # before they left
    page.on("request", lambda request: asked.append(request.url))
    page.on("requestfailed", lambda each: each.failure == "csp" and stopped.add(each.url))
    page.on("console", lambda message: refused.append(message.text))
    page.goto(file.as_uri())
    if page.locator("#link").count():
        page.locator("#link").click(no_wait_after=True)
        page.wait_for_timeout(100)
    assert page.evaluate("() => document.documentElement.dataset.owned") is None
    assert page.evaluate("() => getComputedStyle(document.body).display") != "none"
    assert page.url == file.as_uri()
    assert {url for url in asked if "example.invalid" in url} <= stopped
    assert any("Content Security Policy" in text for text in refused)
    context.close()


def test_the_injected_script_would_run_without_the_policy(chromium: Any, tmp_path: Path) -> None:
    """So that the test above can fail."""
    file = tmp_path / "page.html"
    file.write_text(f"<main>{INJECTED['script']}</main>", encoding="utf-8")
    page = chromium.new_page()
    page.goto(file.as_uri())
    assert page.evaluate("() => document.documentElement.dataset.owned") == "yes"
    page.close()


def test_a_hostile_run_gives_the_policy_no_work(chromium: Any, tmp_path: Path) -> None:
    """Its text is text already."""
    assert "<img" in HOSTILE
    file = tmp_path / "page.html"
    file.write_text(render(collect(hostile_run())), encoding="utf-8")
    page = chromium.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    assert said == []
    page.close()
