"""What the run is measured on."""

from __future__ import annotations

import contextlib
import math
import os
import platform
import resource
from pathlib import Path

from bench.core.records import Machine
from bench.core.runner import affine_cores

MOST_FILES = 65_536


def usable_cores() -> int:
    """Cores that this process may use: its affinity, and its cgroup's quota where there is one."""
    quota = cgroup_quota()
    return max(1, min(affine_cores(), math.ceil(quota))) if quota else affine_cores()


def cgroup_quota(root: Path = Path("/sys/fs/cgroup")) -> float | None:
    """Cores' worth of CPU time that the cgroup (v2) of this process may use; None: no limit known."""
    limits = []
    with contextlib.suppress(OSError, ValueError):
        own = Path("/proc/self/cgroup").read_text().splitlines()[-1].rpartition(":")[2].lstrip("/")
        for folder in (root / own, *(root / own).parents):
            with contextlib.suppress(OSError, ValueError):
                quota, period = (folder / "cpu.max").read_text().split()
                limits.append(int(quota) / int(period))
            if folder == root:
                break
    return min(limits, default=None)


def reachable_files() -> int:
    """How many files a process may have open, once the limit is as high as it may be set without rights."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY in (soft, hard):
        return max(soft, MOST_FILES)
    return max(soft, min(hard, MOST_FILES))


def allow_open_files() -> None:
    """Let this process and those it starts open as many: 1,024, the usual, are too few for 1,024 at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != resource.RLIM_INFINITY and soft < reachable_files():
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (reachable_files(), hard))


def describe_machine() -> Machine:
    """This machine, now."""
    memory = None
    with contextlib.suppress(ValueError, OSError, AttributeError):
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return Machine(
        system=f"{platform.system()} {platform.release()} {platform.machine()}",
        processor=processor(),
        host=platform.node() or "unknown",
        cores=usable_cores(),
        cores_shown=os.cpu_count() or 1,
        memory=memory,
        load=os.getloadavg()[0],
    )


def processor() -> str:
    """The processor's name for itself."""
    with contextlib.suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith(("model name", "Model")):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def shown(path: str) -> str:
    """A path as it may be passed on: relative to the working folder or the home folder that it lies in."""
    for folder, sign in ((Path.cwd(), ""), (Path.home(), "~")):
        with contextlib.suppress(ValueError):
            return str(Path(sign) / Path(path).relative_to(folder))
    return path
