"""Builds side by side: what each is, every cell by build, and what the studies say on each."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.builds import speed
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Row, Summary
from bench.core.wording import listed
from bench.findings.collect import Build
from bench.findings.text.figures import UNKNOWN
from bench.planning.study import Study


@dataclass(frozen=True)
class BuildFigure:
    """A cell on a build, and its speed by that of the same cell on the first build."""

    row: Row
    speed: Estimate | None


def cells(builds: Sequence[Summary]) -> dict[tuple[str, str], list[BuildFigure | None]]:
    """Every cell of the comparison, by workload and model, in the plan's order: a figure for each build, None
    where a build does not have it."""
    found: dict[tuple[str, str], list[BuildFigure | None]] = {}
    for number, build in enumerate(builds):
        for row in build.rows:
            key = row.cell.workload, row.cell.runner
            ratio = speed(build, builds[0], *key) if number else None
            found.setdefault(key, [None] * len(builds))[number] = BuildFigure(row, ratio)
    return found


def studies(builds: Sequence[Build]) -> list[tuple[Study, list[tuple[str, str]]]]:
    """Each study that some build answers, with the build's name and the first sentence of its answer."""
    found: dict[str, tuple[Study, list[tuple[str, str]]]] = {}
    for build in builds:
        for each in build.answered:
            first = each.answer.sentences[0] if each.answer.sentences else UNKNOWN
            found.setdefault(each.study.name, (each.study, []))[1].append((build.name, first))
    return list(found.values())


def gil(summary: Summary) -> str:
    """The GIL as the build started and as its cells saw it after their imports."""
    seen = {each.gil for each in summary.run.observations if each.gil is not None}
    if summary.python.gil or True not in seen:
        return "on" if summary.python.gil else "off"
    by = sorted({each.gil_by or "a library" for each in summary.run.observations if each.gil})
    where = "in every cell" if seen == {True} else "in some cells"
    return f"off as it started, turned on {where} by {listed(by)}"
