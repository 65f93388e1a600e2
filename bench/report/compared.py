"""What is shown of a comparison, whether of two saved runs or of what one run measured side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.compare import compare
from bench.analysis.compare_pairs import compare_pairs, pairs_of
from bench.analysis.compared import Comparison
from bench.analysis.same import Difference, differences
from bench.core.records import Run
from bench.findings.text import compare as of_runs_words
from bench.findings.text import compare_pairs as of_pairs_words
from bench.report.terminal.compare import runs_told


@dataclass(frozen=True)
class Shown:
    """A comparison with what is said of it."""

    sides: Sequence[tuple[str, str]]  # what A is, and what B is
    differences: Sequence[Difference]
    compared: Comparison | None  # None: it was refused
    said: Sequence[str] = ()  # cautions, and how it was decided
    refused: str = ""  # why


def of_runs(before: Run, after: Run, threshold: float, *, anyway: bool) -> Shown:
    """Two saved runs. ``anyway``: though they are of different machines."""
    sides, found = runs_told((before, after)), differences(before, after)
    if not anyway and (refused := of_runs_words.refusal(found)):
        return Shown(sides, found, None, refused=refused)
    compared = compare(before, after, threshold)
    if not compared.cells:
        return Shown(sides, found, None, refused=of_runs_words.nothing_in_common(compared, found))
    return Shown(sides, found, compared, [*of_runs_words.cautions(compared), *of_runs_words.how(compared)])


def of_pairs(run: Run, threshold: float) -> Shown:
    """The builds or revisions of one run."""
    pairs = pairs_of(run)
    sides, found = of_pairs_words.sides(pairs), of_pairs_words.differences_between(pairs)
    compared = compare_pairs(run, threshold)
    if not compared.cells:
        return Shown(sides, found, None, refused=of_pairs_words.nothing_paired(run))
    return Shown(sides, found, compared, [*of_pairs_words.cautions(compared), *of_pairs_words.how(compared)])
