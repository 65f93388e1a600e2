"""A comparison to be shown, whether of two saved runs or of what one run measured side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.analysis.compare_pairs import compare_pairs, pairs_of
from bench.analysis.compare_runs import compare_runs
from bench.analysis.comparison import Comparison
from bench.analysis.differences import Difference, differences, differences_of
from bench.core.run import Run
from bench.findings.text.compare import cautions, how
from bench.findings.text.differences import nothing_in_common, nothing_paired, pair_sides, refusal, run_sides


@dataclass(frozen=True)
class Shown:
    """A comparison with what A and B are and what differs; without it, why there is none."""

    sides: Sequence[tuple[str, str]]
    differences: Sequence[Difference]
    compared: Comparison[Any] | None
    refused: str = ""

    @property
    def said(self) -> list[str]:
        """Cautions, and how it was decided."""
        return [*cautions(self.compared), *how(self.compared)] if self.compared else []


def of_runs(before: Run, after: Run, threshold: float, *, anyway: bool) -> Shown:
    """Two saved runs. ``anyway``: though they are of different machines."""
    sides, found = run_sides((before, after)), differences(before, after)
    if not anyway and (refused := refusal(found)):
        return Shown(sides, found, None, refused)
    compared = compare_runs(before, after, threshold)
    refused = "" if compared.cells else nothing_in_common(found)
    return Shown(sides, found, compared if compared.cells else None, refused)


def of_pairs(run: Run, threshold: float) -> Shown:
    """The builds or revisions of one run."""
    pairs = pairs_of(run)
    found = [each for a, b in pairs for each in differences_of(a, b, named=len(pairs) > 1)]
    compared = compare_pairs(run, threshold)
    sides = pair_sides(pairs)
    return Shown(sides, found, compared) if compared.cells else Shown(sides, found, None, nothing_paired(run))
