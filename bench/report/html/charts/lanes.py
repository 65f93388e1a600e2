"""Lanes: a row for each worker, its spans along time, and what it did between them."""

from bench.findings.answer import Lanes
from bench.findings.text.figures import duration
from bench.report.html.charts.parts import WIDTH, chart
from bench.report.html.svg import Markup, tag

LEFT, RIGHT = 74, WIDTH - 4
TOP, ROW, BAR = 22, 30, 20  # above the rows (for the length of a turn), a row, and its bar
GAP_LOOKS = {"gil": "part-gil", "blocked": "part-blocked", "idle": "part-idle"}
RAN, QUEUED = "part-core", "part-waiting"
TICKS_MS = (20, 5, 1)


def key(picture: Lanes) -> list[tuple[str, str]]:
    """What occurs: the CSS class and the name of each."""
    queued = any(lane.queued_us for _, lane in picture.rows)
    found = [(RAN, "running"), (GAP_LOOKS[picture.gap_kind], picture.gap)]
    return [*found, (QUEUED, "waiting for a core")] if queued else found


def draw(picture: Lanes, description: str) -> Markup:
    """The chart. ``description`` stands in for it where it cannot be seen."""
    parts: list[str] = []
    for number, (name, lane) in enumerate(picture.rows):
        top = TOP + number * ROW
        middle = top + BAR / 2
        parts.append(tag("text", name, class_="model", x=LEFT - 8, y=middle + 4, text_anchor="end"))
        whole = {"x": LEFT, "y": middle - 2, "width": RIGHT - LEFT, "height": 4}
        parts.append(tag("rect", class_=GAP_LOOKS[picture.gap_kind], **whole))
        parts += _bars(picture, RAN, lane.ran_from_us, lane.ran_us, top, BAR)
        parts += _bars(picture, QUEUED, lane.queued_from_us, lane.queued_us, middle - 4, 8)
    if picture.turn:
        parts += _length(picture, *picture.turn)
    bottom = TOP + len(picture.rows) * ROW
    parts += _axis(picture, bottom)
    place = {"x1": LEFT, "x2": LEFT, "y1": TOP - 4, "y2": bottom}
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


def _length(picture: Lanes, row: int, number: int) -> list[Markup]:
    """The length of a turn, above it."""
    lane = picture.rows[row][1]
    start, length = lane.ran_from_us[number], lane.ran_us[number]
    left, right = round(_at(picture, start), 1), round(_at(picture, start + length), 1)
    y = TOP + row * ROW - 3
    return [
        tag("path", class_="turn", d=f"M{left:g} {y + 2}V{y - 2}H{right:g}V{y + 2}"),
        tag("text", duration(length / 1e6), class_="tick", x=left, y=y - 5),
    ]


def _axis(picture: Lanes, top: float) -> list[Markup]:
    step = next((step for step in TICKS_MS if picture.until_us >= 2_000 * step), TICKS_MS[-1])
    ticks = range(0, picture.until_us // 1000 + 1, step)
    return [
        tag(
            "text",
            f"{tick} ms" if tick else "0",
            class_="tick",
            x=round(_at(picture, tick * 1000), 1),
            y=top + 12,
            text_anchor="middle" if 0 < tick * 1000 < 0.95 * picture.until_us else "end" if tick else "start",
        )
        for tick in ticks
    ]
