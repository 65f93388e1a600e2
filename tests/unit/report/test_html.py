"""The HTML report: safe whatever the names are, and complete whatever became of the run."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from bench.core.run import Missing, Run
from bench.findings.collect import collect
from bench.report.html.index import write_index
from bench.report.html.page import HERE, joined
from bench.report.html.run import render
from bench.report.html.style import LOOKS, UNKNOWN, further
from bench.storage.run_folder import RunFolder
from tests.made_up_page import HOSTILE, WORKLOADS, hostile_run, make_run, workload

VOID = {"meta", "link", "img", "input", "br", "rect", "path", "line", "use"}


class Page(HTMLParser):
    """A page taken apart: its elements and their texts, which must be nested as they should."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of the elements of that name."""
        return [attributes for name, attributes in self.elements if name == tag]

    @property
    def text(self) -> str:
        """What a reader sees."""
        shown = [
            part for tag, parts in self.texts.items() if tag not in ("style", "script") for part in parts
        ]
        return " ".join(" ".join(shown).split())


def page_of(run: Run) -> Page:
    return Page(render(collect(run)))


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(make_run())


@pytest.fixture(scope="module")
def hostile() -> Page:
    return page_of(hostile_run())


def sha256(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def directives(page: Page) -> dict[str, list[str]]:
    metas = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert len(metas) == 1
    parts = (part.split() for part in metas[0].split(";"))
    return {name: values for name, *values in parts}


def test_the_policy_allows_this_style_and_these_scripts_alone(page: Page) -> None:
    policy = directives(page)
    assert policy["default-src"] == ["'none'"]
    assert policy["style-src"] == [sha256("".join(page.texts["style"]))]
    assert sorted(policy["script-src"]) == sorted(sha256(text) for text in page.texts["script"])
    assert len(page.all("script")) == len(policy["script-src"]) == 2
    assert "unsafe" not in str(policy)


@pytest.mark.parametrize("name", ["page", "hostile"])
def test_nothing_that_the_policy_would_drop(name: str, request: pytest.FixtureRequest) -> None:
    for _, attributes in request.getfixturevalue(name).elements:
        assert "style" not in attributes
        assert not [attribute for attribute in attributes if attribute.startswith("on")]


@pytest.mark.parametrize("name", ["page", "hostile"])
def test_nothing_is_loaded_from_anywhere(name: str, request: pytest.FixtureRequest) -> None:
    page = request.getfixturevalue(name)
    for tag, attributes in page.elements:
        assert "src" not in attributes
        href = attributes.get("href", "#")
        assert href.startswith("#") or (tag == "link" and href.startswith("data:"))
    assert "@import" not in "".join(page.texts["style"])
    assert "url(" not in "".join(page.texts["style"])


def test_hostile_names_stay_text(hostile: Page, page: Page) -> None:
    assert not hostile.all("img")
    assert {tag for tag, _ in hostile.elements} <= {tag for tag, _ in page.elements} | {"p"}
    assert hostile.text.count(HOSTILE) > 10
    assert len(hostile.all("script")) == 2


def test_hostile_names_are_no_classes(hostile: Page) -> None:
    for _, attributes in hostile.elements:
        assert re.fullmatch(r"([a-z -]|names-\d|m-other-\d)*", attributes.get("class", ""))


def test_halves_of_characters_do_not_spoil_the_file() -> None:
    render(collect(make_run(host="odd \udc80 name"))).encode()


def test_the_assets_cannot_close_their_own_element() -> None:
    for file in (HERE / "assets").iterdir():
        assert "</" not in file.read_text(encoding="utf-8")


def test_every_asset_is_used(page: Page) -> None:
    used = "".join(page.texts["style"] + page.texts["script"])
    for file in (HERE / "assets").iterdir():
        if file.stem not in ("index", "compare", "figure"):  # of what has that name
            lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
            assert "\n".join(lines) in used, file.name


def test_headings_are_in_order(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_picture_has_words_or_is_hidden(page: Page) -> None:
    for svg in page.all("svg"):
        assert svg.get("aria-hidden") == "true" or (svg["role"] == "img" and svg["aria-label"])


def test_every_region_that_scrolls_has_a_name_and_takes_the_focus(page: Page) -> None:
    regions = [each for _, each in page.elements if "scroll" in each.get("class", "").split()]
    assert len(regions) > 3
    for region in regions:
        assert region["tabindex"] == "0"
        assert region["role"] == "region"
        assert region["aria-label"]


def test_links_within_the_page_lead_somewhere(page: Page) -> None:
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for _, attributes in page.elements:
        target = attributes.get("href", "")
        assert not target.startswith("#") or target[1:] in ids
        for name in attributes.get("aria-labelledby", "").split():
            assert name in ids


def test_models_have_one_order_everywhere() -> None:
    mixed_up = ("sync", "asyncio", "multiprocessing", "threading")
    text = render(collect(make_run(runners=mixed_up)))
    places = {name: place for place, name in enumerate(mixed_up)}
    for chart in re.findall(r'<svg class="chart.*?</svg>', text, re.S):
        rows = re.findall(r'class="(aside|family|model)[^>]*>([^<]+)<', chart)
        runs = "".join(str(places.get(name, "|")) if kind == "model" else "|" for kind, name in rows)
        for run in filter(None, runs.split("|")):
            assert list(run) == sorted(run), chart
    matrix = re.search(r"<tbody.*?</tbody>", text, re.S)
    assert matrix
    assert re.findall(r"<b>(\w+)</b><small>", matrix[0]) == list(mixed_up)


def test_what_the_page_says(page: Page) -> None:
    assert "Waiting, 16 at once: " in page.text
    assert "GIL on" in page.text
    assert "possible" in page.text
    assert "a lesson, no verdict" in page.text
    assert "python -m bench all --seed 11" in page.text
    assert "Nothing is missing" in page.text
    for verdict in ("faster than sync", "slower than sync", "as fast as sync"):
        assert verdict in page.text


def test_it_is_small() -> None:
    assert len(render(collect(make_run())).encode()) < 300_000


@pytest.mark.parametrize(
    ("run", "says"),
    [
        (make_run(blocks=0), "Nothing was measured."),
        (make_run(blocks=0, status="interrupted"), "Interrupted"),
        (make_run([], []), "No cell produced a result."),
        (make_run(fails=True), "Failures and their reasons"),
        (make_run(fails=True, status="failed"), "Failed"),
        (make_run(runners=("sync",)), "Only sync was measured"),
        (make_run(runners=("sync",)), "no speed-up to show"),
        (make_run(runners=("asyncio", "threading")), "no speed-up to show"),
        (make_run(blocks=1), "Indicative"),
        (make_run([workload("sleep", "io")]), "sleep"),
        (make_run([workload("null", "none")]), "Overhead per task"),
        (make_run([workload("odd", "of no known kind")], runners=("sync", "new")), "All measurements"),
        (make_run(status="interrupted", blocks=3), "Interrupted"),
        (make_run(missing=[Missing("", "trio", "no module named trio")]), "every workload trio no module"),
    ],
)
def test_partial_runs_say_so_plainly(run: Run, says: str) -> None:
    page = page_of(run)
    assert says in page.text
    assert "None" not in page.text
    assert "nan" not in re.findall(r"[\w-]+", page.text)
    assert page.all("svg")


def test_no_empty_frames() -> None:
    page = page_of(make_run(blocks=0))
    assert "measurements" not in [table.get("id") for table in page.all("table")]
    assert not [each for _, each in page.elements if each.get("class") == "tiles"]
    assert not page.all("figure")


def test_a_failure_in_many_blocks_is_one_line() -> None:
    page = page_of(make_run([workload("sleep", "io")], ("sync",), fails=True, blocks=3))
    assert page.text.count("task 3 raised ValueError: no 1, 2, 3") == 2  # the cell and the calibration


def test_many_long_failures_do_not_fill_the_page() -> None:
    run = make_run(fails=True, reason="x" * 5000)
    failures = [replace(each, reason=f"{number} {each.reason}") for number, each in enumerate(run.failures)]
    text = render(collect(replace(run, failures=failures)))
    assert "more, in the run" in text
    assert len(text.encode()) < 300_000


def test_the_index_lists_runs_newest_first(tmp_path: Path) -> None:
    for year, host in ((2025, "old"), (2026, HOSTILE)):
        run = make_run(WORKLOADS[:1], blocks=2, host=host)
        folder = RunFolder.create(tmp_path, replace(run.plan, created=f"{year}-01-02T03:04:05+00:00"))
        for observation in run.observations:
            folder.append(observation)
        folder.finish("done" if year == 2026 else "interrupted")
        if year == 2026:
            (folder.path / "report.html").write_text("a report")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "run.json").write_text("{")
    (tmp_path / "notes.txt").write_text("not a run")
    write_index(tmp_path)
    page = Page((tmp_path / "index.html").read_text(encoding="utf-8"))
    assert page.text.index("2026-01-02 03:04 UTC") < page.text.index("2025-01-02 03:04 UTC")
    assert HOSTILE in page.text
    assert "broken" not in page.text
    assert len(page.all("tr")) == 3  # the heading and two runs: ``latest`` is one of them
    links = [link["href"] for link in page.all("a") if link["href"].endswith("report.html")]
    assert len(links) == 1
    assert (tmp_path / links[0]).read_text() == "a report"
    assert "No report yet" in page.text


def test_the_index_of_an_empty_folder(tmp_path: Path) -> None:
    write_index(tmp_path)
    assert "This folder has no runs" in (tmp_path / "index.html").read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def themes() -> list[dict[str, str]]:
    blocks = re.findall(r":root[^{]*\{(.*?)\}", joined("tokens", "css"), re.S)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block)) for block in blocks]


def test_dark_is_the_same_by_choice_and_by_system() -> None:
    light, chosen, system = themes()
    assert chosen == system
    assert chosen.keys() == light.keys()


@pytest.mark.parametrize("theme", themes()[:2])
def test_text_can_be_read(theme: dict[str, str]) -> None:
    for ink in ("ink", "ink-soft", "ink-muted", "link"):
        for ground in ("page", "card", "sunken"):
            assert contrast(theme[ink], theme[ground]) >= 4.5, (ink, ground)
    for name in ("good", "bad", "warn"):
        assert contrast(theme[name], theme[f"{name}-tint"]) >= 4.5
        assert contrast(theme[name], theme["card"]) >= 4.5
    assert contrast(theme["ink-muted"], theme["good-tint"]) >= 4.5
    assert contrast(theme["edge"], theme["card"]) >= 3


@pytest.mark.parametrize(("which", "theme"), [("light", themes()[0]), ("dark", themes()[1])])
def test_the_colours_of_models_can_be_read_as_text(which: str, theme: dict[str, str]) -> None:
    for colour in [getattr(each, which) for each in (*LOOKS.values(), UNKNOWN, *map(further, range(20)))]:
        for ground in ("card", "page", "sunken", "good-tint"):
            assert contrast(colour, theme[ground]) >= 4.5, (colour, ground)
