"""A section for each study that answered: its sentences, pictures and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.findings.answer import Answer, Bars, Dots, Lines, Picture
from bench.findings.collect import Answered
from bench.planning.study import Study
from bench.report.html.charts import dots, lines, stacked
from bench.report.html.charts.stacked import Entry
from bench.report.html.svg import Markup

LONGEST_LINK = 10


@dataclass(frozen=True)
class Drawing:
    """A picture, drawn."""

    title: str
    see: str
    chart: Markup
    key: Sequence[Entry]


@dataclass(frozen=True)
class AnswerSection:
    """An answer, with what stands around it."""

    name: str
    title: str
    link: str
    question: str
    how: str
    answer: Answer

    @property
    def drawings(self) -> list[Drawing]:
        return [drawn(picture) for picture in self.answer.pictures]


def sections(answered: Sequence[Answered]) -> list[AnswerSection]:
    """The sections, in the order given."""
    return [
        AnswerSection(
            name=each.study.name,
            title=each.study.title,
            link=_link(each.study),
            question=each.study.question,
            how=" ".join(each.study.how.split()),
            answer=each.answer,
        )
        for each in answered
    ]


def _link(study: Study) -> str:
    """Its title where that is short, for the bar at the top has no room."""
    return study.title if len(study.title) <= LONGEST_LINK else study.name.replace("-", " ").capitalize()


def drawn(picture: Picture) -> Drawing:
    """A picture as SVG."""
    words = f"{picture.title}: {picture.see} The table below has every figure."
    match picture:
        case Lines():
            return Drawing(picture.title, picture.see, lines.draw(picture, words), [])
        case Dots():
            return Drawing(picture.title, picture.see, dots.draw(picture, words), [])
        case Bars():
            return Drawing(picture.title, picture.see, stacked.draw(picture, words), stacked.key(picture))
