"""Colour and shape of each model, so that nobody has to distinguish colours.

The models below keep theirs; any other gets one of an endless sequence, by its place among those of its run.
"""

import colorsys
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.report.html.svg import Markup, tag


@dataclass(frozen=True)
class Look:
    """A model's CSS class, its colour in the light and in the dark theme, and its marker."""

    css: str
    light: str
    dark: str
    path: str  # within -6 .. 6


LOOKS = {
    name: Look(f"m-{name}", *parts)
    for name, parts in {
        "sync": ("#636669", "#c5cedb", "M-4.4-4.4H4.4V4.4H-4.4z"),
        "threading": ("#b74d00", "#ef8a1d", "M0-5.6L5.4 4H-5.4z"),
        "multiprocessing": ("#8a0d3a", "#f0607c", "M-2-5.4H2V-2H5.4V2H2V5.4H-2V2H-5.4V-2H-2z"),
        "asyncio": ("#0b4193", "#5b9bff", "M0-5a5 5 0 1 1 0 10a5 5 0 1 1 0-10z"),
        "interpreters": ("#8f46d8", "#c797ff", "M0 5.6L5.4-4H-5.4z"),
        "asyncio-uvloop": ("#0b74aa", "#5cc0f0", "M0-6L5.4 0L0 6L-5.4 0z"),
        "asyncio-to-thread": ("#7a6a00", "#d6c23a", "M0-5.6L5.4-1.7L3.3 4.6H-3.3L-5.4-1.7z"),
        "processes-asyncio": ("#be3098", "#f07ad0", "M-2.8-4.9H2.8L5.6 0L2.8 4.9H-2.8L-5.6 0z"),
        "trio": ("#0b7c65", "#62c3a2", "M5.6 0L-4 5.4V-5.4z"),
        "gevent": ("#3e7b1f", "#9bd26b", "M-5.6 0L4-5.4V5.4z"),
        "dask": ("#7b4a2a", "#d39c73", "M0-6L1.7-1.7L6 0L1.7 1.7L0 6L-1.7 1.7L-6 0L-1.7-1.7z"),
    }.items()
}
UNKNOWN = Look("m-unknown", "#555f6b", "#aab4c0", "M-5.4-2.6H5.4V2.6H-5.4z")  # of no model of the run
FIRST_HUE, GOLDEN = 0.81, (math.sqrt(5) - 1) / 2  # a turn apart by the golden ratio, hues never come close
LIGHT, DARK = (0.05, 0.11), (0.5, 0.28)  # luminances, in turn: a contrast of 4.5 or more with every ground
SATURATION = 0.8

_order: list[str] = []  # the models of the run whose pages are drawn, as its plan has them
_others: dict[str, Look] = {}  # of those of them that have no look above


def dress(runners: Sequence[str]) -> None:
    """Give each model of a run its place and a look of its own, before any page of the run is drawn."""
    _order[:] = runners
    _others.clear()
    _others.update((name, further(number)) for number, name in enumerate(sorted(set(runners) - LOOKS.keys())))


def look(runner: str) -> Look:
    """The look of a model."""
    return LOOKS.get(runner) or _others.get(runner, UNKNOWN)


def further(number: int) -> Look:
    """A look that no other number has: a hue, and a star, regular, wide or tall, with ever more points."""
    hue = FIRST_HUE + number * GOLDEN
    light, dark = (colour(hue, of[number % 2]) for of in (LIGHT, DARK))
    points = 5 + number // 3
    across, up = ((6, 6), (6, 3.4), (3.4, 6))[number % 3]
    corners = []
    for i in range(2 * points):
        angle, radius = math.pi * i / points, 1 if i % 2 == 0 else 0.45
        corners.append(f"{radius * across * math.sin(angle):.1f} {-radius * up * math.cos(angle):.1f}")
    return Look(f"m-other-{number}", light, dark, f"M{'L'.join(corners)}z")


def colour(hue: float, luminance: float) -> str:
    """The colour of a hue that has a relative luminance (WCAG), in hexadecimal."""
    low, high = 0.0, 1.0
    for _ in range(12):
        middle = (low + high) / 2
        rgb = colorsys.hls_to_rgb(hue % 1, middle, SATURATION)
        low, high = (middle, high) if relative_luminance(rgb) < luminance else (low, middle)
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgb)


def relative_luminance(rgb: Iterable[float]) -> float:
    """As WCAG 2 defines it, of parts from 0 to 1."""
    linear = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in rgb)
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def style_sheet() -> str:
    """The models' colours as CSS; ``assets/models.css`` chooses between them by theme."""
    looks = [*LOOKS.values(), UNKNOWN, *_others.values()]
    return "\n".join(f".{each.css} {{ --light: {each.light}; --dark: {each.dark}; }}" for each in looks)


def colour_of(runner: str | None) -> str:
    """CSS class of a model's colour; a neutral one without a model, such as for a limit."""
    return look(runner).css if runner else "neutral"


def order(runner: str) -> tuple[int, str]:
    """The order of the run's plan, in every chart and table; then that above; then the others by name."""
    names = [*_order, *LOOKS]
    return (names.index(runner) if runner in names else len(names), runner)


def marker(runner: str) -> Markup:
    """The model's mark, to stand before its name. It says nothing that the name does not say."""
    css = look(runner).css
    return tag("svg", tag("use", href=f"#mark-{css}"), class_=f"marker {css}", aria_hidden="true")


def shapes() -> Markup:
    """The shapes of all markers, which a page has once."""
    drawn = [
        tag("symbol", tag("path", d=each.path), id=f"mark-{each.css}", viewBox="-7 -7 14 14")
        for each in [*LOOKS.values(), UNKNOWN, *_others.values()]
    ]
    return tag("svg", *drawn, class_="hidden", aria_hidden="true")
