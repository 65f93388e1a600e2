"""The section of a study: its sentences, charts and table."""

from bench.findings.answer import Bars, Dots, Lanes, Lines, Picture
from bench.planning.study import Study
from bench.report.html.charts import dots, lanes, lines, stacked
from bench.report.html.svg import Markup

LONGEST_LINK = 10


def link(study: Study) -> str:
    """Text of the link in the navigation: the title if it is short, else the name."""
    return study.title if len(study.title) <= LONGEST_LINK else study.name.replace("-", " ").capitalize()


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


def key(picture: Picture) -> list[tuple[str, str]]:
    """A CSS class and a name for each kind of part in the picture."""
    if isinstance(picture, Lanes):
        return lanes.key(picture)
    return stacked.key(picture) if isinstance(picture, Bars) else []
