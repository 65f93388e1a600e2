"""When a thorough run has measured enough."""

from __future__ import annotations

from bench.analysis.builds import by_build
from bench.core.records import Run

WIDEST = 0.05  # half of an interval, as a share of its median


def precise(run: Run) -> bool:
    """Whether every interval's half-width is within 5 %. Tasks with no work in them are not waited for:
    theirs is a cost, not a comparison."""
    rows = [row for build in by_build(run) for row in build.rows if row.info.kind != "none"]
    speedups = [row.speedup for row in rows if row.speedup is not None]
    return all(s.sure and (s.high - s.low) / 2 <= WIDEST * s.median for s in speedups)
