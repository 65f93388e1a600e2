"""The frame of a chart: its box with a description, and the headings of its groups."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from bench.report.html.svg import Markup, tag

Item = TypeVar("Item")
WIDTH = 556
LINE, HEAD = 19, 30  # pixels of a line, and of the heading of a group


def chart(parts: Iterable[str], height: float, description: str) -> Markup:
    """A chart. ``description`` stands in for it where it cannot be seen."""
    box = f"0 0 {WIDTH} {height:g}"
    return tag("svg", *parts, class_="chart", viewBox=box, role="img", aria_label=description)


def heading(group: str, top: float) -> list[Markup]:
    """The name of a group with a rule below."""
    return [
        tag("text", group, class_="family", x=0, y=top + 16),
        tag("line", class_="rule", x1=0, x2=WIDTH, y1=top + HEAD - 7, y2=top + HEAD - 7),
    ]


def grouped(items: Iterable[Item], group: Callable[[Item], str]) -> dict[str, list[Item]]:
    """The items by group, both in the order in which they come."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(group(item), []).append(item)
    return found
