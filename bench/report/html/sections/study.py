"""The section of a study: its sentences, charts and table."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.findings.answer import Answer, Bars, Dots, Lines, Picture
from bench.findings.collect import Answered
from bench.planning.study import Study
from bench.report.html.charts import dots, lines, stacked
from bench.report.html.svg import Markup

LONGEST_LINK = 10


@dataclass(frozen=True)
class AnswerSection:
    """An answer, with what stands around it."""

    name: str
    title: str
    link: str
    question: str
    how: str
    answer: Answer


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


def key(picture: Picture) -> list[tuple[str, str]]:
    """A CSS class and a name for each kind of part in the picture."""
    return stacked.key(picture) if isinstance(picture, Bars) else []
