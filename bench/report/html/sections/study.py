"""A section for each study that answered: its sentences, pictures and table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.findings.answer import Bars, Dots, Lines, Picture, Table
from bench.findings.collect import Answered
from bench.planning.study import Study
from bench.report.html.charts import dots, lines, stacked
from bench.report.html.charts.stacked import Entry
from bench.report.html.svg import Markup

LONGEST_LINK = 10


@dataclass(frozen=True)
class Figure:
    """A picture, drawn."""

    title: str
    see: str
    chart: Markup
    key: Sequence[Entry]


@dataclass(frozen=True)
class Column:
    """A column of the table: its cells are names or figures, and names of models have their marker."""

    name: str
    names: bool
    models: bool


@dataclass(frozen=True)
class Section:
    """All of it, as text and drawings."""

    name: str
    title: str
    link: str
    question: str
    sentences: Sequence[str]
    figures: Sequence[Figure]
    how: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]


def sections(answered: Sequence[Answered]) -> list[Section]:
    """The sections, in the order given."""
    return [_section(each) for each in answered]


def _section(answered: Answered) -> Section:
    study, answer = answered.study, answered.answer
    return Section(
        name=study.name,
        title=study.title,
        link=_link(study),
        question=study.question,
        sentences=answer.sentences,
        figures=[figure_of(picture) for picture in answer.pictures],
        how=" ".join(study.how.split()),
        columns=columns_of(answer.table),
        rows=answer.table.rows,
        notes=answer.notes,
    )


def _link(study: Study) -> str:
    """Its title where that is short, for the bar at the top has no room."""
    return study.title if len(study.title) <= LONGEST_LINK else study.name.replace("-", " ").capitalize()


def figure_of(picture: Picture) -> Figure:
    """A picture, drawn."""
    words = f"{picture.title}: {picture.see} The table below has every figure."
    key = stacked.key(picture) if isinstance(picture, Bars) else []
    return Figure(picture.title, picture.see, _drawn(picture, words), key)


def _drawn(picture: Picture, words: str) -> Markup:
    match picture:
        case Lines():
            return lines.draw(picture, words)
        case Dots():
            return dots.draw(picture, words)
        case Bars():
            return stacked.draw(picture, words)


def columns_of(table: Table) -> list[Column]:
    """The columns of a table."""
    return [
        Column(name, names=number < table.names, models=number < table.names and name == "Model")
        for number, name in enumerate(table.columns)
    ]
