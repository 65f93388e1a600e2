"""Usable cores, by affinity and quota, compared with those that the machine has."""

import os

from bench.core.cores import affine_cores, cgroup_quota
from bench.core.run import Finding
from bench.environment.checks import Check, Scene, judged

FEWEST = 2  # below it nothing runs in parallel, and no model can gain on CPU-bound work


def look(scene: Scene) -> list[Finding]:
    quota = cgroup_quota(scene.proc, scene.sys / "fs/cgroup")
    return [judge(affine_cores(), quota, os.cpu_count() or 1)]


def judge(affinity: int, quota: float | None, shown: int) -> Finding:
    """Any quota that binds is poor: when it is spent, all processes stand still until the next period."""
    if quota is not None and quota < affinity:
        advice = (
            "A CPU quota pauses every process during part of each 100 ms: assign whole cores instead"
            " (docker run --cpuset-cpus=0-1, not --cpus=2)."
        )
        return Finding("core count", "poor", f"{quota:g} by CPU quota, of {shown} shown", advice)
    said = f"{affinity} usable of {shown} shown"
    advice = "Nothing can run in parallel: measure CPU-bound work on two cores or more."
    return judged("core count", affinity >= FEWEST, said, advice)


CHECK = Check("cores", 10, look, quick=True)
