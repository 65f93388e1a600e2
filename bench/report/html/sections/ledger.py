"""The ledger of claims, and the reader's questions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bench.findings.collect import Judged, Replied, tally

LOOKS = {
    "supported": ("yes", "✓"),
    "refuted": ("no", "✗"),
    "partly": ("part", "◐"),
    "unresolved": ("open", "?"),
    "not measured": ("open", "\N{EN DASH}"),
}


@dataclass(frozen=True)
class Entry:
    """A claim, as it is shown. ``link``: the section with the evidence, where the page has it."""

    id: str
    statement: str
    condition: str
    test: str
    verdict: str
    css: str
    glyph: str
    because: str
    link: str
    measure: str


@dataclass(frozen=True)
class Ledger:
    """The section."""

    tally: str
    entries: Sequence[Entry]


@dataclass(frozen=True)
class Told:
    """A question, as it is shown; without a text the run does not tell."""

    ask: str
    text: str
    condition: str
    link: str
    measure: str


def ledger(judged: Sequence[Judged], shown: Collection[str]) -> Ledger:
    """The claims; ``shown`` are the sections that the page has."""
    return Ledger(tally(judged), [_entry(each, shown) for each in judged])


def _entry(each: Judged, shown: Collection[str]) -> Entry:
    claim, judgement = each.claim, each.judgement
    css, glyph = LOOKS[judgement.verdict]
    return Entry(
        id=claim.id,
        statement=claim.statement,
        condition=claim.condition,
        test=claim.test,
        verdict=judgement.verdict,
        css=css,
        glyph=glyph,
        because=judgement.because,
        link=judgement.where if judgement.where in shown else "",
        measure=claim.measure if judgement.verdict == "not measured" else "",
    )


def questions(replied: Sequence[Replied], shown: Collection[str]) -> list[Told]:
    """The questions, those that the run answers first."""
    told = [
        Told(
            ask=each.question.ask,
            text=each.reply.text if each.reply else "",
            condition=each.reply.condition if each.reply else "",
            link=each.reply.where if each.reply and each.reply.where in shown else "",
            measure=each.question.measure,
        )
        for each in replied
    ]
    return sorted(told, key=lambda each: not each.text)
