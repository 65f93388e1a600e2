"""What this run wanted and does not have."""

from __future__ import annotations

from bench.core.records import Failure, Run
from bench.findings.collect import Build
from bench.planning.study import STUDIES, Study


def failures(run: Run) -> list[tuple[Failure, list[int]]]:
    """The failures of the run, with the blocks in which they happened in the same way."""
    found: dict[tuple[str, str, str], tuple[Failure, list[int]]] = {}
    for failure in run.failures:
        _, blocks = found.setdefault((failure.key, failure.stage, failure.reason), (failure, []))
        blocks.append(failure.block)
    return [(failure, sorted(set(blocks))) for failure, blocks in found.values()]


def unanswered(build: Build) -> list[tuple[Study, str, str]]:
    """The studies that say nothing of this run, why, and the command that would answer them."""
    said = {each.study.name for each in build.answered}
    asked = build.summary.run.plan.studies
    return [(study, *_why(study, study.name in asked)) for study in STUDIES.all if study.name not in said]


def _why(study: Study, asked: bool) -> tuple[str, str]:
    if asked:
        return "No cell of it gave a result", ""
    if type(study).cells is Study.cells:
        return "It reads the comparison's cells, and needs Linux", ""
    return "Measure it with", study.command or f"python -m bench run --study {study.name}"
