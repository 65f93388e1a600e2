"""A timeline that stands still: the first moments of a batch under each model, for paper and where no script
runs."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from bench.analysis.timelines import TICK_US, Lane
from bench.core.grouping import grouped
from bench.findings.text.figures import clipped, duration
from bench.report.html.charts.parts import WIDTH, chart
from bench.report.html.style import look
from bench.report.html.svg import Markup, tag

LONGEST_US = 100_000  # of time: what a page has room for
HEAD, FOOT, GAP = 17, 18, 6
ROOM, THICKEST = 48, 9  # pixels of all rows of a lane together, and of one
APART = 1.0  # pixels between the tasks of a row, and the length of the shortest


def draw(lanes: Sequence[tuple[str, Lane]], span_us: int, description: str) -> Markup:
    """The lanes, each under its name. ``description`` stands in for them where they cannot be seen."""
    until = min(span_us, LONGEST_US)
    parts: list[Markup] = []
    top = 0.0
    for name, lane in lanes:
        row = min(ROOM / max(lane.most_in_flight, 1), THICKEST)
        path = "".join(_bars(lane, WIDTH * TICK_US / until, top + HEAD, row))
        parts += [
            tag("text", clipped(name, 50), class_="model", x=0, y=top + 12),
            tag("path", class_=f"tasks {look(lane.cell.runner).css}", d=path, stroke_width=0.8 * row),
        ]
        top += HEAD + row * lane.most_in_flight + GAP
    parts += [
        tag("text", "0", class_="tick", x=0, y=top + 10),
        tag("text", duration(until / 1e6), class_="tick", x=WIDTH, y=top + 10, text_anchor="end"),
    ]
    return chart(parts, top + FOOT, description)


def _bars(lane: Lane, scale: float, top: float, thick: float) -> Iterator[str]:
    """The lane's tasks as pieces of a path, to half a pixel; what lies within a pixel is one of them."""
    packed = lane.packed
    tasks = zip(packed[2::3], accumulate(packed[::3]), packed[1::3], strict=True)
    for row, of_row in grouped(tasks, lambda task: task[0]).items():
        yield f"M{-APART:g} {_half(top + (row + 0.5) * thick):g}"
        drawn = -APART
        for _, start, length in of_row:
            left = max(_half(start * scale), drawn + APART)
            right = min(max(_half((start + length) * scale), left + APART), WIDTH)
            if left < WIDTH - APART and (start + length) * scale > drawn:
                yield f"m{left - drawn:g} 0h{right - left:g}"
                drawn = right


def _half(value: float) -> float:
    return round(2 * value) / 2
