"""Lanes: a row for each worker, its spans along time, and what it did between them."""

from functools import partial

from bench.findings.answer import Lanes
from bench.findings.text.figures import duration
from bench.report.html.charts.parts import WIDTH, chart, legend, swatch
from bench.report.html.svg import Markup, tag

LEFT, RIGHT = 66, WIDTH - 16
ABOVE, ROW, BAR = 20, 28, 20  # above the rows (for the length of a turn), a row, and its bar
GAP_LOOKS = {"gil": "part-gil", "blocked": "part-blocked", "idle": "part-idle"}
RAN, QUEUED = "part-core", "part-waiting"
TICKS_MS = (20, 5, 1)


def states(picture: Lanes) -> list[tuple[str, str]]:
    """The states that occur: the CSS class and the name of each."""
    queued = any(lane.queued_us for _, lane in picture.rows)
    found = [(RAN, "running"), (GAP_LOOKS[picture.gap_kind], picture.gap)]
    return [*found, (QUEUED, "waiting for a core")] if queued else found


def draw(picture: Lanes, description: str) -> Markup:
    """The chart. ``description`` stands in for it where it cannot be seen."""
    names, below = legend([(partial(swatch, css), name) for css, name in states(picture)])
    first = below + ABOVE
    parts: list[str] = [names]
    for number, (name, lane) in enumerate(picture.rows):
        top = first + number * ROW
        middle = top + BAR / 2
        parts.append(tag("text", name, class_="model", x=LEFT - 8, y=middle + 4, text_anchor="end"))
        whole = {"x": LEFT, "y": middle - 2, "width": RIGHT - LEFT, "height": 4}
        parts.append(tag("rect", class_=GAP_LOOKS[picture.gap_kind], **whole))
        parts += _bars(picture, RAN, lane.ran_from_us, lane.ran_us, top, BAR)
        parts += _bars(picture, QUEUED, lane.queued_from_us, lane.queued_us, middle - 4, 8)
    if picture.turn:
        parts += _length(picture, *picture.turn, first)
    bottom = first + len(picture.rows) * ROW
    parts += _axis(picture, bottom)
    place = {"x1": LEFT, "x2": LEFT, "y1": first - 4, "y2": bottom}
    parts.append(tag("line", class_="cursor", data_way=RIGHT - LEFT, **place))
    return chart(parts, bottom + 18, description)


def _at(picture: Lanes, us: float) -> float:
    return LEFT + (RIGHT - LEFT) * min(us / max(picture.until_us, 1), 1.0)


def _bars(
    picture: Lanes, css: str, starts: list[int], lengths: list[int], top: float, height: float
) -> list[Markup]:
    found = []
    for start, length in zip(starts, lengths, strict=True):
        left, right = _at(picture, start), _at(picture, start + length)
        shape = {"x": round(left, 1), "y": top, "width": round(max(right - left, 0.6), 1), "height": height}
        found.append(tag("rect", class_=css, **shape))
    return found


def _length(picture: Lanes, row: int, number: int, first: float) -> list[Markup]:
    """The length of a turn, above it."""
    lane = picture.rows[row][1]
    start, length = lane.ran_from_us[number], lane.ran_us[number]
    left, right = round(_at(picture, start), 1), round(_at(picture, start + length), 1)
    y = first + row * ROW - 3
    return [
        tag("path", class_="turn", d=f"M{left:g} {y + 2}V{y - 2}H{right:g}V{y + 2}"),
        tag("text", duration(length / 1e6), class_="tick", x=left, y=y - 5),
    ]


def _axis(picture: Lanes, top: float) -> list[Markup]:
    """Ticks of time, the last with the unit."""
    step = next((step for step in TICKS_MS if picture.until_us >= 2_000 * step), TICKS_MS[-1])
    ticks = range(0, picture.until_us // 1000 + 1, step)
    return [
        tag(
            "text",
            f"{tick} ms" if tick == ticks[-1] else f"{tick}",
            class_="tick",
            x=x,
            y=top + 12,
            text_anchor="middle",
        )
        for tick in ticks
        for x in [round(_at(picture, tick * 1000), 1)]
    ]
