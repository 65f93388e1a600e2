"""The document of ``compare``, and what that of a run says of ``--against``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.analysis.comparison import ComparedCell, Comparison, NamedCell
from bench.analysis.differences import Aspect, Difference
from bench.analysis.statistics import Estimate
from bench.analysis.verdicts import Verdict
from bench.core.cell import Scalar
from bench.findings.text.differences import sides_of
from bench.report.compared import Shown
from bench.report.documents import SCHEMA


@dataclass(frozen=True)
class CellName:
    """Which cell it is."""

    python: str  # "" where there is one build
    workload: str
    params: Mapping[str, Scalar]
    runner: str
    options: Mapping[str, Scalar]  # of the runner
    concurrency: int


@dataclass(frozen=True)
class CellPair:
    """A cell measured on both sides."""

    cell: CellName
    before_s: float  # seconds per task in A, as measured
    after_s: float
    speed: Estimate  # B relative to A: above 1, B is faster; of saved runs, corrected for the machine
    verdict: Verdict


@dataclass(frozen=True)
class DifferenceEntry:
    """A difference between A and B, other than in times."""

    aspect: Aspect
    names: Sequence[str]  # of packages, services, cells ...
    python: str
    before: str  # as text
    after: str
    void: bool  # it makes the times incomparable


@dataclass(frozen=True)
class ComparisonDocument:
    """A comparison of A and B."""

    a: str  # a folder and when it was measured, or a revision, or a build
    b: str
    threshold: float  # ratios this close to 1 count as equal
    level: float  # of each interval, so that all hold at 0.95
    differences: Sequence[DifferenceEntry]
    cells: Sequence[CellPair]  # those that changed first
    only_in_a: Sequence[CellName]
    only_in_b: Sequence[CellName]
    fail_if_slower: float | None  # the share of the option
    passed: bool  # nothing is slower by more than that
    schema: int = SCHEMA


def comparison_document(shown: Shown, compared: Comparison[Any], share: float | None) -> ComparisonDocument:
    """The document of a comparison. ``share``: of ``--fail-if-slower``."""
    sides = dict(shown.sides)
    return ComparisonDocument(
        a=sides["A"],
        b=sides["B"],
        threshold=compared.threshold,
        level=compared.level,
        differences=list(map(_difference, shown.differences)),
        cells=list(map(_pair, compared.cells)),
        only_in_a=list(map(_name, compared.only[0])),
        only_in_b=list(map(_name, compared.only[1])),
        fail_if_slower=share,
        passed=share is None or not compared.slower_than(share),
    )


def _name(each: NamedCell) -> CellName:
    cell = each.cell
    about = (each.python, cell.workload, cell.spec.params, cell.runner, cell.options)
    return CellName(*about, cell.concurrency)


def _pair(each: ComparedCell) -> CellPair:
    return CellPair(_name(each), each.before, each.after, each.ratio, each.verdict)


def _difference(each: Difference) -> DifferenceEntry:
    before, after = sides_of(each)
    return DifferenceEntry(each.aspect, each.names, each.python, before, after, each.void)
