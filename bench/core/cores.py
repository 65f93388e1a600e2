"""Cores that a process may use: by its CPU affinity, and by quotas of its control groups."""

import contextlib
import math
import os
from collections.abc import Iterator
from pathlib import Path

PROC, MOUNTED = Path("/proc"), Path("/sys/fs/cgroup")


def usable_cores() -> int:
    """Whole cores that this process may use at once: a quota of 1.5 lets two run, for a part of the time."""
    quota = cgroup_quota()
    return max(1, min(affine_cores(), math.ceil(quota))) if quota else affine_cores()


def affine_cores() -> int:
    """The cores of this process's CPU affinity, where the system tells; a control group may allow less."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def cgroup_quota(proc: Path = PROC, mounted: Path = MOUNTED) -> float | None:
    """Cores' worth of CPU time that the control groups of this process may use, those of version 2 and of
    version 1; None: no limit is known."""
    limits = []
    for folder in cgroups("cpu", proc, mounted):
        with contextlib.suppress(OSError, ValueError):
            quota, period = map(int, (folder / "cpu.max").read_text().split())
            limits.append(quota / period)
        with contextlib.suppress(OSError, ValueError):
            quota, period = (int((folder / f"cpu.cfs_{of}_us").read_text()) for of in ("quota", "period"))
            limits.append(quota / period)
    return min((limit for limit in limits if limit > 0), default=None)  # -1: none


def cgroups(controller: str, proc: Path = PROC, mounted: Path = MOUNTED) -> Iterator[Path]:
    """The folders of this process's control groups, and of those above them, for that controller: of version
    2, alone or beside version 1, and of version 1 where it is mounted."""
    try:
        lines = (proc / "self/cgroup").read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers and controller not in controllers.split(","):
            continue
        for root in [mounted / controller] if controllers else [mounted, mounted / "unified"]:
            own = root / path.lstrip("/")
            for folder in (own, *own.parents):
                yield folder
                if folder == root:
                    break
