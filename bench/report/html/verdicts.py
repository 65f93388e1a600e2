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


CLAIM_SIGNS = {  # a CSS class and a glyph
    "supported": ("yes", "✓"),
    "refuted": ("no", "✗"),
    "partly": ("part", "◐"),
    "unresolved": ("open", "?"),
    "not measured": ("open", "\N{EN DASH}"),
}


def signs(than: str = "sync") -> dict[str, Sign]:
    """The sign of each verdict on something that was compared with ``than``."""
    return {
        "faster": Sign("▲", "up", "faster", f"faster than {than}, beyond the threshold"),
        "slower": Sign("▼", "down", "slower", f"slower than {than}, beyond the threshold"),
        "equivalent": Sign("=", "same", "equivalent", f"as fast as {than}, within the threshold"),
        "unresolved": Sign("?", "open", "unresolved", "the interval allows more than one answer"),
        "indicative": Sign("~", "open", "indicative", "too few blocks for a verdict"),
        "": Sign("", "same", "baseline", "what the others are compared with"),
    }


def sign(verdict: str, than: str = "sync") -> Sign:
    """The sign of a verdict; one that is not known here settles nothing."""
    return signs(than).get(verdict, Sign("?", "open", verdict, verdict))
