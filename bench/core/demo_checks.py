"""Assertions about the events of a demo, for ``Demo.expect``: a sentence for each that does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bench.core.demo import Event


def when(events: Sequence[Event], who: str, what: str) -> float:
    """The moment at which ``who`` first said something that begins with ``what``. Raises LookupError."""
    for event in events:
        if event.who == who and event.what.startswith(what):
            return event.at_s
    raise LookupError(f"{who} never said {what!r}")


def span(events: Sequence[Event], who: str) -> tuple[float, float]:
    """From the first event of ``who`` to the first at which they end. Raises LookupError."""
    own = [event for event in events if event.who == who]
    if not own:
        raise LookupError(f"{who} never said anything")
    for event in own:
        if event.state == "ends":
            return own[0].at_s, event.at_s
    raise LookupError(f"{who} never ended")


def lasted(events: Sequence[Event], who: str) -> float:
    """Seconds of that span."""
    begin, end = span(events, who)
    return end - begin


def in_order(events: Sequence[Event], *steps: tuple[str, str]) -> list[str]:
    """Each (who, what) before the next; where one is not, a sentence."""
    moments = [(when(events, who, what), f"{who} {what!r}") for who, what in steps]
    return [
        f"{second} came before {first}"
        for (earlier, first), (later, second) in pairwise(moments)
        if later < earlier
    ]


def overlapping(events: Sequence[Event], *names: str) -> list[str]:
    """All of them under way at some moment; else a sentence."""
    spans = [span(events, who) for who in names]
    if max(begin for begin, _ in spans) < min(end for _, end in spans):
        return []
    return [f"{', '.join(names)} were never under way at the same time"]


def one_after_another(events: Sequence[Event], *names: str) -> list[str]:
    """Each ended before the next began; where one did not, a sentence."""
    spans = [(who, *span(events, who)) for who in names]
    return [
        f"{second} began before {first} had ended"
        for (first, _, end), (second, begin, _) in pairwise(spans)
        if begin < end
    ]


def must(holds: bool, otherwise: str) -> list[str]:
    """Nothing if it holds, else the sentence."""
    return [] if holds else [otherwise]
