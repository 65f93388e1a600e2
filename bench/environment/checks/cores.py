"""Usable cores, by affinity and quota, compared with those that the machine has."""

import os

from bench.core.run import Finding
from bench.core.runner import affine_cores
from bench.environment.checks import Check, Scene, judged, number
from bench.environment.machine import cgroup_quota

FEWEST = 2  # below it nothing runs in parallel, and no model can gain on CPU-bound work


def look(scene: Scene) -> list[Finding]:
    quotas = [cgroup_quota(scene.sys / "fs/cgroup"), old_quota(scene)]
    quota = min((quota for quota in quotas if quota), default=None)
    return [judge(affine_cores(), quota, os.cpu_count() or 1)]


def old_quota(scene: Scene) -> float | None:
    """Cores' worth of CPU time by control groups of version 1, which ``usable_cores`` does not count."""
    limits = []
    for folder in scene.cgroups("cpu"):
        quota, period = number(folder / "cpu.cfs_quota_us"), number(folder / "cpu.cfs_period_us")
        if quota and period and quota > 0:  # -1: none
            limits.append(quota / period)
    return min(limits, default=None)


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
