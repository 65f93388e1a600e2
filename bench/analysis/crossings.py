"""From where on one thing is ahead of another."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bench.analysis.statistics import Estimate, estimate

Kind = Literal["at", "always", "never", "unresolved"]


@dataclass(frozen=True)
class Crossing:
    """Where a ratio rises above a level for good. ``x`` only where ``kind`` is "at"."""

    kind: Kind
    x: Estimate | None = None


def crossing(blocks: Sequence[Mapping[float, float]], level: float) -> Crossing:
    """The x from which on the ratio (by x, one mapping for each block) stays at ``level`` or above.

    Found in each block by itself, between two points on a straight line over logarithms, so that the blocks
    give the interval. "always" and "never" when every block says so of the x that were measured; "unresolved"
    when the interval has no upper end within them.
    """
    # A block that lacks an x, since a cell failed or the run was interrupted, cannot say where it ends.
    every = {x for block in blocks for x in block}
    whole = [block for block in blocks if len(block) == len(every) > 1]
    found = [_in_block(block, level) for block in whole]
    if not found:
        return Crossing("unresolved")
    if all(x == math.inf for x in found):
        return Crossing("never")
    if all(x == 0 for x in found):
        return Crossing("always")
    place = estimate([x or min(every) for x in found])
    return Crossing("at", place) if math.isfinite(place.high) else Crossing("unresolved")


def _in_block(ratios: Mapping[float, float], level: float) -> float:
    """0 where the ratio is above from the first x on, infinity where it is not at the last."""
    points = sorted(ratios.items())
    ahead = len(points)
    while ahead and points[ahead - 1][1] >= level:
        ahead -= 1
    if ahead == 0:
        return 0.0
    if ahead == len(points):
        return math.inf
    (x0, r0), (x1, r1) = points[ahead - 1], points[ahead]
    share = (math.log(level) - math.log(r0)) / (math.log(r1) - math.log(r0))
    return math.exp(math.log(x0) + share * (math.log(x1) - math.log(x0)))
