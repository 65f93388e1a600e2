"""The report in a browser: it works from a file, by mouse and keyboard, at every width, in every theme."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.made_up_page import HOSTILE, WORKLOADS, hostile_run, make_run

Show = Callable[..., Any]

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
BACKGROUND = "() => getComputedStyle(document.body).backgroundColor"
OUTLINE = "() => getComputedStyle(document.activeElement).outlineStyle"
LIGHT, DARK = "rgb(246, 247, 249)", "rgb(12, 15, 20)"


def column(page: Any, name: str) -> list[str]:
    """The texts of a column, of the rows that are shown."""
    headings = page.locator("#measurements thead th").all_inner_texts()
    number = [heading.strip() for heading in headings].index(name) + 1
    cells = page.locator(f"#measurements tbody tr:not([hidden]) > :nth-child({number})")
    return [text.strip() for text in cells.all_inner_texts()]


def heading(page: Any, name: str) -> Any:
    return page.locator("#measurements thead th").filter(
        has=page.get_by_role("button", name=name, exact=True)
    )


def numbers(texts: list[str]) -> list[float]:
    return [float(text.rstrip("x").replace(",", "")) for text in texts if text != "\N{EN DASH}"]


def download(page: Any) -> list[list[str]]:
    with page.expect_download() as waiting:
        page.click("#csv")
    assert waiting.value.suggested_filename == "measurements.csv"
    return list(csv.reader(io.StringIO(Path(waiting.value.path()).read_text(encoding="utf-8"))))


def test_nothing_sticks_out_sideways(show: Show) -> None:
    page = show()
    for opened in (False, True):
        page.evaluate(
            "(open) => document.querySelectorAll('details').forEach((each) => (each.open = open))", opened
        )
        for width in (1280, 960, 700, 390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate(OVERFLOW) == 0, width


@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.full), 390])
def test_long_names_do_not_stick_out_either(show: Show, width: int) -> None:
    run = make_run(host="a-very-long-name-" * 20, fails=True, reason="wordwithoutspaces" * 60)
    assert show(run, width=width).evaluate(OVERFLOW) == 0
    assert show(hostile_run(), width=width).evaluate(OVERFLOW) == 0


def test_the_theme_button(show: Show) -> None:
    page = show(color_scheme="light")
    button = page.locator("#theme")
    assert button.inner_text() == "◐ Auto"
    seen = [page.evaluate(BACKGROUND)]
    for _ in range(3):
        button.click()
        seen.append(page.evaluate(BACKGROUND))
    assert seen == [LIGHT, LIGHT, DARK, LIGHT]
    assert button.get_attribute("aria-label") == "Theme: auto"


@pytest.mark.full
def test_the_theme_is_remembered(show: Show) -> None:
    page = show(color_scheme="light")
    page.click("#theme")
    page.click("#theme")
    page.reload()
    assert page.evaluate(BACKGROUND) == DARK
    assert page.locator("#theme").inner_text() == "☾ Dark"


def test_the_theme_follows_the_system_without_scripts(show: Show) -> None:
    page = show(color_scheme="dark", java_script_enabled=False)
    assert page.locator("#theme").is_hidden()
    page.click("#data > summary")
    assert page.locator("#filter").is_hidden()
    assert page.locator("#measurements tbody tr").first.is_visible()
    body = page.locator("body")
    assert body.evaluate("(body) => getComputedStyle(body).backgroundColor") == DARK


@pytest.mark.full
def test_paper_is_light(show: Show) -> None:
    page = show(color_scheme="dark")
    page.click("#theme")
    page.click("#theme")
    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.body).color") == "rgb(18, 24, 31)"
    assert page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    assert page.locator("nav").is_hidden()


def test_the_filter(show: Show) -> None:
    page = show(at="#data")
    everything = len(column(page, "Model"))
    page.fill("#filter", "http[ async")
    assert set(column(page, "Model")) == {"asyncio"}
    assert column(page, "Workload") == ["http[httpx]", "http[aiohttp]"]
    assert page.locator("#count").inner_text() == f"2 of {everything} rows"
    page.fill("#filter", "no such thing")
    assert page.get_by_text("No row matches the filter.").is_visible()
    page.fill("#filter", "")
    assert len(column(page, "Model")) == everything


def test_sorting_by_mouse(show: Show) -> None:
    page = show(at="#data")
    button = page.get_by_role("button", name="Speed-up", exact=True)
    button.click()
    assert heading(page, "Speed-up").get_attribute("aria-sort") == "ascending"
    ups = numbers(column(page, "Speed-up"))
    assert ups == sorted(ups)
    button.click()
    assert heading(page, "Speed-up").get_attribute("aria-sort") == "descending"
    downs = numbers(column(page, "Speed-up"))
    assert downs == sorted(downs, reverse=True)
    assert page.locator("#measurements th[aria-sort]").count() == 1


def test_sorting_by_keyboard(show: Show) -> None:
    page = show(at="#data")
    button = page.get_by_role("button", name="Model", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    models = column(page, "Model")
    assert models == sorted(models)
    page.keyboard.press("Space")
    assert column(page, "Model") == sorted(models, reverse=True)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Concurrency"


def test_what_is_unknown_is_sorted_last(show: Show) -> None:
    page = show(at="#data")
    button = page.get_by_role("button", name="Limit", exact=True)
    for _ in range(2):
        button.click()
        assert column(page, "Limit")[-1] == "\N{EN DASH}"
        assert column(page, "Limit")[0] != "\N{EN DASH}"


def test_the_csv_has_the_rows_that_are_shown(show: Show) -> None:
    page = show(at="#data")
    names, *rows = download(page)
    assert names[0] == "Workload"
    assert len(rows) == len(column(page, "Model"))
    assert {len(row) for row in rows} == {len(names)}
    page.fill("#filter", "cpu-native")
    page.get_by_role("button", name="Speed-up", exact=True).click()
    _, *fewer = download(page)
    assert [row[0] for row in fewer] == ["cpu-native"] * 4
    ups = [float(row[names.index("Speed-up")]) for row in fewer]
    assert ups == sorted(ups)


@pytest.mark.full
def test_the_csv_defuses_formulas(show: Show) -> None:
    _, *rows = download(show(hostile_run(), at="#data"))
    workloads = {row[0] for row in rows}
    assert "'=HYPERLINK(1)" in workloads
    assert f"{HOSTILE}[{HOSTILE}]" in workloads
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_hostile_names_stay_text(show: Show) -> None:
    page = show(hostile_run())
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    assert page.get_by_text(HOSTILE).count() > 5
    assert page.locator("#theme").is_visible()


def test_the_command_is_copied(show: Show) -> None:
    page = show(at="#reproduce")
    page.click("#reproduce .copy")
    page.wait_for_function("() => document.getElementById('announce').textContent !== ''")
    assert "The command" in page.locator("#announce").text_content()


def test_the_skip_link_comes_first(show: Show) -> None:
    page = show()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_the_focus_is_seen(show: Show) -> None:
    page = show()
    page.keyboard.press("Tab")
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(OUTLINE) == "solid"


@pytest.mark.parametrize(
    "run",
    [
        make_run(blocks=0),
        make_run(fails=True),
        make_run(runners=("sync",)),
        make_run(WORKLOADS[:1], blocks=1),
    ],
    ids=["empty", "failures", "only sync", "one workload"],
)
@pytest.mark.parametrize("width", [pytest.param(1280, marks=pytest.mark.full), 390])
def test_partial_runs(show: Show, run: Any, width: int) -> None:
    page = show(run, width=width)
    assert page.locator("h1").is_visible()
    assert page.evaluate(OVERFLOW) == 0
    for card in page.locator(".card:visible, .tile:visible").all():
        assert card.inner_text().strip() != ""
