"""The stacked plot: for each model a bar of parts that add up to the whole."""

import math
from functools import partial

from bench.core.grouping import grouped
from bench.findings.answer import Bar, Bars, Part
from bench.findings.text.figures import clipped, percent
from bench.report.html.charts.parts import (
    CLIENT,
    HEAD,
    LINE,
    NAMES,
    WIDTH,
    chart,
    client_line,
    heading,
    legend,
    model,
    swatch,
)
from bench.report.html.style import order
from bench.report.html.svg import Markup, tag

GAP = 8
RIGHT = 262
GUTTER = 1  # between the parts, so that neighbours differ by more than colour
LOOKS = {"core": "part-core", "waiting": "part-waiting", "gil": "part-gil", "blocked": "part-blocked"}


def draw(picture: Bars, description: str) -> Markup:
    """The plot. ``description`` stands in for it where it cannot be seen."""
    names, top = legend([(partial(swatch, css), name) for css, name in kinds(picture)])
    parts: list[str] = [names]
    in_order = sorted(picture.bars, key=lambda bar: (bar.group, bar.client, order(bar.runner)))
    for group, bars in grouped(in_order, lambda bar: bar.group).items():
        parts += heading(clipped(group, 40), top)
        top += HEAD
        for client, alike in grouped(bars, lambda bar: bar.client).items():
            if client:
                parts.append(client_line(client, top))
                top += CLIENT
            for bar in alike:
                parts.append(_line(bar, top))
                top += LINE
        top += GAP
    for share in (0, 0.5, 1):
        x = NAMES + share * (RIGHT - NAMES)
        parts.append(tag("text", percent(share), class_="tick", x=x, y=top + 6, text_anchor="middle"))
    if picture.aside:
        parts.append(tag("text", picture.aside, class_="note", x=WIDTH, y=top + 22, text_anchor="end"))
        top += 16
    return chart(parts, top + 14, description)


def kinds(picture: Bars) -> list[tuple[str, str]]:
    """The kinds of parts that occur: the CSS class and the name of each."""
    names = {_css(part): part.name for bar in picture.bars for part in bar.parts}
    return [(css, names[css]) for css in LOOKS.values() if css in names]


def _line(bar: Bar, top: float) -> Markup:
    pieces: list[str] = []
    x = float(NAMES)
    for part in bar.parts:
        width = _share(part) * (RIGHT - NAMES)
        if width > GUTTER:
            shape = {"x": x, "y": top + 3, "width": width - GUTTER, "height": LINE - 6}
            pieces.append(tag("rect", class_=_css(part), **shape))
        x += width
    y = top + LINE / 2 + 4
    workload = f"{bar.group}[{bar.client}]" if bar.client else bar.group
    named = ", ".join(f"{part.name} {percent(_share(part))}" for part in bar.parts)
    return tag(
        "g",
        tag("title", f"{workload} under {bar.runner}: {named}"),
        tag("rect", class_="hit", x=0, y=top, width=WIDTH, height=LINE),
        model(clipped(bar.runner, 19), y),
        *pieces,
        tag("text", clipped(bar.aside, 12), class_="aside", x=WIDTH, y=y, text_anchor="end"),
        class_="line",
    )


def _share(part: Part) -> float:
    return min(max(part.share, 0.0), 1.0) if math.isfinite(part.share) else 0.0


def _css(part: Part) -> str:
    return LOOKS.get(part.kind, LOOKS["blocked"])
