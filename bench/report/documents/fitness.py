"""The document of ``doctor``."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.core.run import Finding
from bench.report.documents import SCHEMA


@dataclass(frozen=True)
class FitnessDocument:
    """Whether this machine is fit for benchmarking."""

    fit: bool  # no check found something poor
    findings: Sequence[Finding]  # of each check: name, verdict, what it saw, and advice where it is poor
    schema: int = SCHEMA


def fitness_document(findings: Sequence[Finding]) -> FitnessDocument:
    """The document of these findings."""
    return FitnessDocument(not any(each.verdict == "poor" for each in findings), findings)
