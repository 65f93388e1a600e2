"""The page of the committed sample as a whole: short, found by its addresses, whole on a phone and on paper."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from bench.findings.claim import CLAIMS
from bench.findings.collect import collect
from bench.report.html.run import render
from bench.storage.run_folder import load_run
from tests.integration.test_sample import ROOT

Show = Callable[..., Any]

OPEN_ALL = "document.querySelectorAll('main details').forEach((fold) => (fold.open = true))"
SIDEWAYS = "() => document.scrollingElement.scrollWidth - innerWidth"
WIDER_THAN_THEIR_CARD = """() => [...document.querySelectorAll(".chart, .matrix, .questions, .claims, canvas")]
    .filter((each) => each.checkVisibility())
    .filter((each) => each.getBoundingClientRect().right > each.parentElement.getBoundingClientRect().right + 1)
    .map((each) => each.closest("[id]").id)"""
DOES_NOTHING = """() => [...document.querySelectorAll("[tabindex='0']")]
    .filter((each) => each.checkVisibility() && each.matches(".scroll"))
    .filter((each) => each.scrollWidth <= each.clientWidth && each.scrollHeight <= each.clientHeight)
    .map((each) => each.getAttribute("aria-label"))"""
IN_SIGHT = """(id) => {
    const { top } = document.getElementById(id).getBoundingClientRect();
    return 0 <= top && top < innerHeight;
}"""
CURRENT = ".menu a[aria-current]"


@cache
def sample() -> str:
    return render(collect(load_run(ROOT / "reports" / "sample")))


@pytest.fixture
def page(show: Show) -> Any:
    return show(html=sample())


def test_it_is_small_and_short(page: Any) -> None:
    assert len(sample().encode()) < 550_000
    assert page.evaluate("document.documentElement.scrollHeight") < 5_000


def test_the_navigation_has_six_entries_at_most_each_a_section_of_the_page(page: Any) -> None:
    links = page.locator(".menu a").all()
    assert 3 < len(links) <= 6
    for link in links:
        assert link.is_visible()
        assert page.locator(link.get_attribute("href")).count() == 1


def test_the_section_that_is_read_is_marked(page: Any) -> None:
    for id in ("speedup", "details", "turns"):
        page.click(f".menu a[href='#{id}']")
        page.wait_for_function(f"() => document.querySelector('{CURRENT}')?.hash === '#{id}'")
    assert page.locator(CURRENT).count() == 1


@pytest.mark.parametrize("width", [390, 640])
def test_on_a_narrow_screen_the_navigation_is_a_menu(show: Show, width: int) -> None:
    page = show(html=sample(), width=width)
    entry = page.locator(".menu a[href='#speedup']")
    assert entry.is_hidden()
    page.click(".menu summary")
    assert entry.is_visible()
    box = page.locator(".menu a").last.bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    entry.click()
    assert entry.is_hidden()
    assert page.url.endswith("#speedup")


def test_the_menu_works_without_scripts(show: Show) -> None:
    page = show(html=sample(), width=390, java_script_enabled=False)
    page.click(".menu summary")
    page.click(".menu a[href='#details']")
    assert page.url.endswith("#details")


@pytest.mark.parametrize("width", [1280, 640, 390, 320])
def test_nothing_is_cut_or_needs_sideways_scrolling(show: Show, width: int) -> None:
    page = show(html=sample(), width=width)
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(WIDER_THAN_THEIR_CARD) == []
    page.evaluate(OPEN_ALL)
    assert page.evaluate(SIDEWAYS) <= 0
    assert page.evaluate(WIDER_THAN_THEIR_CARD) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_a_region_that_does_not_scroll_is_no_tab_stop(show: Show, width: int) -> None:
    page = show(html=sample(), width=width)
    page.evaluate(OPEN_ALL)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate(DOES_NOTHING) == []
    assert page.locator("#data .scroll").get_attribute("tabindex") == "0"


IDS = ("claim-gil-one-at-a-time", "word-block", "spread-1", "machine")


@pytest.mark.parametrize("id", ["demo-race", *(pytest.param(name, marks=pytest.mark.full) for name in IDS)])
def test_an_address_within_a_fold_opens_it(show: Show, id: str) -> None:
    page = show(html=sample(), at=f"#{id}")
    assert page.locator(f"#{id}").is_visible()
    page.wait_for_function(IN_SIGHT, arg=id)
    page.evaluate("document.querySelectorAll('main details').forEach((fold) => (fold.open = false))")
    page.evaluate("location.hash = ''")
    page.evaluate(f"location.hash = '{id}'")
    page.wait_for_function(f"() => document.getElementById('{id}').checkVisibility()")


def test_a_link_to_a_folded_demo_opens_it_again_and_again(page: Any) -> None:
    page.get_by_text("more questions").click()
    for _ in range(2):
        page.get_by_role("link", name="The demo race").click()
        assert page.locator("#demo-race pre").first.is_visible()
        page.evaluate(
            "document.querySelectorAll('#demos, #demo-race').forEach((fold) => (fold.open = false))"
        )


def test_claims_that_surprise_stand_open_and_the_others_behind_a_count(show: Show) -> None:
    page = show(html=sample(), at="#claims")
    shown = page.locator("#claims .verdict:visible").all_inner_texts()
    assert {re.sub(r"\W", "", text) for text in shown} == {"refuted", "partly"}
    page.locator("#claims details > summary").click()
    assert page.locator("#claims .verdict:visible").count() == len(CLAIMS.all)


def test_paper_has_the_folds_open_but_for_the_code_of_demos(page: Any) -> None:
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for id in ("spread", "timeline", "claims", "data", "words", "machine"):
        assert page.locator(f"#{id} .folded").is_visible(), id
    assert page.locator("#claims .verdict:visible").count() == len(CLAIMS.all)
    assert page.locator("#demos .folded").is_hidden()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("main details[open]").count() == 0


def test_no_heading_on_paper_is_parted_from_what_it_is_of(page: Any) -> None:
    page.emulate_media(media="print")
    parted = """() => [...document.querySelectorAll("main :is(h2, h3, h4, .sub, .fold > summary)")]
        .filter((each) => getComputedStyle(each).breakAfter !== "avoid").map((each) => each.textContent)"""
    assert page.evaluate(parted) == []
    pdf = page.pdf(prefer_css_page_size=True)
    assert 8 < pdf.count(b"/Type /Page\n") + pdf.count(b"/Type /Page ") < 30


def test_a_word_of_the_method_leads_to_its_meaning(page: Any) -> None:
    word = page.locator(".word[href='#word-gil']")
    assert word.count() == 1
    assert "Global interpreter lock" in word.get_attribute("title")
    word.click()
    assert page.locator("#word-gil").is_visible()


def test_every_command_that_is_named_can_be_copied(show: Show) -> None:
    page = show(html=sample(), at="#gaps", permissions=["clipboard-read", "clipboard-write"])
    commands = page.locator("code.command")
    assert commands.count() == page.locator(".copy").count() > 5
    page.locator("#gaps .copy").first.click()
    page.wait_for_function(
        "() => document.getElementById('announce').textContent === 'The command was copied.'"
    )
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#gaps code.command").first.inner_text()
