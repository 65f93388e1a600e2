"""The stacked plot: for each model a bar of parts that add up to the whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.figures import clipped
from bench.report.svg import Markup, tag

WIDTH, LINE, HEAD, GAP = 556, 19, 30, 10
LEFT, RIGHT = 186, 424
GUTTER = 1  # between the parts, so that neighbours differ by more than colour


@dataclass(frozen=True)
class Bar:
    """A line of the plot. ``parts``: CSS class and share of the whole."""

    name: str
    client: str
    parts: Sequence[tuple[str, float]]
    figures: str  # beside the bar
    note: str  # for the pointer


@dataclass(frozen=True)
class Group:
    """The bars of one workload."""

    title: str
    bars: Sequence[Bar]


def draw(groups: Sequence[Group], description: str) -> Markup:
    """The plot. ``description`` stands in for it where it cannot be seen."""
    parts: list[str] = []
    top = 0.0
    for group in groups:
        parts += [
            tag("text", clipped(group.title, 40), class_="family", x=0, y=top + 16),
            tag("line", class_="rule", x1=0, x2=WIDTH, y1=top + HEAD - 7, y2=top + HEAD - 7),
        ]
        top += HEAD
        for bar in group.bars:
            parts.append(_line(bar, top))
            top += LINE
        top += GAP
    for share in (0, 0.5, 1):
        x = LEFT + share * (RIGHT - LEFT)
        parts.append(tag("text", f"{share:.0%}", class_="tick", x=x, y=top + 6, text_anchor="middle"))
    return tag(
        "svg", *parts, class_="chart", viewBox=f"0 0 {WIDTH} {top + 14:g}", role="img", aria_label=description
    )


def _line(bar: Bar, top: float) -> Markup:
    pieces: list[str] = []
    x = float(LEFT)
    for css, share in bar.parts:
        width = share * (RIGHT - LEFT)
        if width > GUTTER:
            pieces.append(tag("rect", class_=css, x=x, y=top + 3, width=width - GUTTER, height=LINE - 6))
        x += width
    y = top + LINE / 2 + 4
    return tag(
        "g",
        tag("title", bar.note),
        tag("rect", class_="hit", x=0, y=top, width=WIDTH, height=LINE),
        tag("text", clipped(bar.client, 15), class_="aside", x=0, y=y),
        tag("text", clipped(bar.name, 19), class_="model", x=LEFT - 10, y=y, text_anchor="end"),
        *pieces,
        tag("text", bar.figures, class_="aside", x=WIDTH, y=y, text_anchor="end"),
        class_="line",
    )
