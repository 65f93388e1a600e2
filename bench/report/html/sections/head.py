"""The badges above the headline: how the run ended, and what to know before reading on."""

from __future__ import annotations

from collections.abc import Sequence

from bench.core.records import Run
from bench.findings.collect import Build
from bench.findings.text.figures import counted

STATUS = {
    "running": "Not finished",
    "interrupted": "Interrupted",
    "failed": "Failed",
}


def badges(run: Run, builds: Sequence[Build]) -> list[str]:
    """None for a run that ended well and has blocks enough."""
    found = [] if run.plan.status == "done" else [STATUS.get(run.plan.status, run.plan.status)]
    found += [counted(len(run.failures), "failure")] if run.failures else []
    compared = [row.speedup for build in builds for row in build.summary.rows if row.speedup is not None]
    few = bool(compared) or all(build.studies_alone and build.summary.indicative for build in builds)
    if few and not any(speedup.sure for speedup in compared):
        found.append("Indicative: few blocks")
    return found
