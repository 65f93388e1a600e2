"""The signs of verdicts: the same glyphs and colours in the terminal and on the page."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bench.analysis.verdicts import Verdict
from bench.findings.claim import ClaimVerdict
from bench.findings.text.figures import percent


@dataclass(frozen=True)
class Sign:
    """A glyph, its CSS class, its style in the terminal, the word, and what the word means."""

    glyph: str
    css: str
    style: str
    word: str
    meaning: str = ""

    @property
    def decided(self) -> bool:
        """Whether the verdict is settled."""
        return self.css != "open"

    @property
    def markup(self) -> str:
        """The glyph in the terminal's markup."""
        return f"[{self.style}]{self.glyph}[/]" if self.style else self.glyph


SIGNS: dict[Verdict | None, Sign] = {
    Verdict.FASTER: Sign("▲", "up", "green", "faster", "faster than {}, beyond the threshold"),
    Verdict.SLOWER: Sign("▼", "down", "red", "slower", "slower than {}, beyond the threshold"),
    Verdict.NO_GAIN: Sign("✗", "no", "", "no gain", "not faster than {} by more than the threshold"),
    Verdict.EQUIVALENT: Sign("=", "same", "", "equivalent", "as fast as {}, within the threshold"),
    Verdict.UNRESOLVED: Sign("?", "open", "", "unresolved", "the interval allows more than one verdict"),
    Verdict.INDICATIVE: Sign("~", "open", "", "indicative", "too few blocks for a verdict"),
    None: Sign("", "same", "", "baseline", "the reference of all speed-ups"),
}
FITNESS_SIGNS = {  # of the checks of the machine, the poor first
    "poor": Sign("!", "part", "bold yellow", "poor"),
    "unknown": Sign("?", "open", "dim", "unknown"),
    "good": Sign("✓", "yes", "green", "good"),
}
CLAIM_SIGNS = {
    ClaimVerdict.SUPPORTED: Sign("✓", "yes", "green", "supported", "every part of its test holds"),
    ClaimVerdict.REFUTED: Sign("✗", "no", "red", "refuted", "a part of its test does not hold"),
    ClaimVerdict.PARTLY: Sign("◐", "part", "yellow", "partly", "it holds under a condition, which is stated"),
    ClaimVerdict.UNRESOLVED: Sign("?", "open", "dim", "unresolved", "the intervals do not decide"),
    ClaimVerdict.NOT_MEASURED: Sign(
        "\N{EN DASH}", "open", "dim", "not measured", "the run lacks what its test needs"
    ),
}


def sign(verdict: Verdict | None, reference: str = "sync") -> Sign:
    """The sign of a verdict over the ``reference``; None: of the baseline."""
    found = SIGNS[verdict]
    return replace(found, meaning=found.meaning.format(reference))


def key(seen: Collection[Verdict | None], threshold: float) -> list[str]:
    """The meanings of the signs that occur: "▲ faster by more than 5 %"."""
    beyond = percent(threshold)
    more = {
        Verdict.FASTER: f" by more than {beyond}",
        Verdict.SLOWER: f" by more than {beyond}",
        Verdict.NO_GAIN: f": less than {beyond} faster",
        Verdict.EQUIVALENT: f" within {beyond}",
        Verdict.INDICATIVE: " only: too few blocks to decide",
    }
    return [f"{SIGNS[v].glyph} {SIGNS[v].word}{more.get(v, '')}" for v in Verdict if v in seen]
