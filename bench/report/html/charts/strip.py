"""The matrix's strip: one estimate on one line, small enough for a table cell."""

from bench.analysis.statistics import Estimate
from bench.report.html.charts.parts import limit_line, mark, stem, whisker
from bench.report.html.charts.scale import LogScale
from bench.report.html.style import look
from bench.report.html.svg import Markup, tag

WIDTH, HEIGHT, MARGIN = 104, 16, 6


def strip_scale(ends: tuple[float, float], width: int = WIDTH) -> LogScale:
    """The axis of a column of strips."""
    return LogScale(*ends, MARGIN, width - MARGIN)


def draw(
    runner: str,
    value: Estimate | None,
    scale: LogScale,
    *,
    limit: float | None = None,
    decided: bool = True,
    band: float | None = None,
) -> Markup:
    """The strip. Without a value: the baseline at 1x. The cell beside it says the same in figures."""
    middle = HEIGHT / 2
    parts: list[str] = []
    if band is not None:
        left, right = scale(1 / (1 + band)), scale(1 + band)
        parts.append(tag("rect", class_="band", x=left, y=1, width=right - left, height=HEIGHT - 2))
    parts += [
        tag("line", class_="rail", x1=scale.start, x2=scale.end, y1=middle, y2=middle),
        tag("line", class_="one", x1=scale(1), x2=scale(1), y1=1, y2=HEIGHT - 1),
        limit_line(limit, scale, 1, HEIGHT - 1),
    ]
    if value is not None:
        parts += [stem(value, scale, middle), whisker(value, scale, middle, 3)]
    at = scale(1 if value is None else value.median)
    parts.append(mark(runner, at, middle, decided=decided))
    width = scale.end + MARGIN
    return tag(
        "svg",
        *parts,
        class_=f"strip {look(runner).css}",
        viewBox=f"0 0 {width:g} {HEIGHT}",
        width=width,
        height=HEIGHT,
        aria_hidden="true",
    )
