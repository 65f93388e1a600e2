"""How the run ended: its badges, its failures, and the studies without an answer."""

from collections.abc import Sequence

from bench.core.observation import Failure
from bench.core.run import Run
from bench.findings.collect import Build
from bench.findings.text.figures import counted
from bench.planning.study import STUDIES, Study

STATUS = {"running": "Not finished", "interrupted": "Interrupted", "failed": "Failed"}


def badges(run: Run, builds: Sequence[Build]) -> list[str]:
    """None for a run that ended well and has blocks enough."""
    found = [] if run.plan.status == "done" else [STATUS.get(run.plan.status, run.plan.status)]
    found += [counted(len(run.failures), "failure")] if run.failures else []
    compared = [row.speedup for build in builds for row in build.summary.rows if row.speedup is not None]
    few = bool(compared) or all(build.studies_alone and build.summary.indicative for build in builds)
    if few and not any(speedup.sure for speedup in compared):
        found.append("Indicative: few blocks")
    return found


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
        return "None of its cells produced a result", ""
    if type(study).cells is Study.cells:
        return "It uses the comparison's cells, and needs Linux", ""
    return "Measure it with", study.command or f"python -m bench run --study {study.name}"
