"""The signs of the verdicts, and the words that go with them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sign:
    """A glyph, its CSS class, the word, and what the word means."""

    glyph: str
    css: str
    word: str
    meaning: str

    @property
    def decided(self) -> bool:
        """Whether the run settled it."""
        return self.css != "open"


SIGNS = {
    "faster": Sign("▲", "up", "faster", "faster than sync, beyond the threshold"),
    "slower": Sign("▼", "down", "slower", "slower than sync, beyond the threshold"),
    "equivalent": Sign("=", "same", "equivalent", "as fast as sync, within the threshold"),
    "unresolved": Sign("?", "open", "unresolved", "the interval allows more than one answer"),
    "indicative": Sign("~", "open", "indicative", "too few blocks for a verdict"),
    "": Sign("", "same", "baseline", "what the others are compared with"),
}


def sign(verdict: str) -> Sign:
    """The sign of a verdict; one that is not known here settles nothing."""
    return SIGNS.get(verdict, Sign("?", "open", verdict, verdict))
