"""The charts of a study."""

from collections.abc import Sequence

from bench.findings.answer import Bars, Dots, Lanes, Lines, Picture
from bench.report.html.charts import dots, lanes, lines, stacked
from bench.report.html.svg import Markup

MOST_SHOWN = 3  # a row of them, on a large screen


def shown(pictures: Sequence[Picture]) -> int:
    """How many pictures of an answer stand open; lanes are low."""
    return len(pictures) if all(isinstance(each, Lanes) for each in pictures) else MOST_SHOWN


def chart(picture: Picture) -> Markup:
    """A picture as SVG."""
    words = f"{picture.title}: {picture.see} The table below has every figure."
    match picture:
        case Lines():
            return lines.draw(picture, words)
        case Dots():
            return dots.draw(picture, words)
        case Bars():
            return stacked.draw(picture, words)
        case Lanes():
            return lanes.draw(picture, words)
