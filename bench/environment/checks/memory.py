"""Available memory, and whether pages are swapped."""

import time
import warnings

import psutil

from bench.core.run import Finding
from bench.environment.checks import Check, Scene, contents, judged, number

LEAST = 1 << 30  # bytes: twice what the largest cell of a default run takes, 16 processes with a client
WATCHED_S = 0.05
# Files of a control group, of version 2 and of version 1.
LIMITS = (("memory.max", "memory.current"), ("memory.limit_in_bytes", "memory.usage_in_bytes"))


def look(scene: Scene) -> list[Finding]:
    memory = psutil.virtual_memory()
    limited = [(memory.total, memory.available), *limits(scene)]
    total, available = min(total for total, _ in limited), min(available for _, available in limited)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # psutil warns where a kernel does not count swapped pages
        before = psutil.swap_memory()
        time.sleep(WATCHED_S)
        after = psutil.swap_memory()
    moved = after.sin + after.sout - before.sin - before.sout
    return [judge(total, available), judge_swap(after.total, after.used, moved)]


def limits(scene: Scene) -> list[tuple[int, int]]:
    """(limit, available below it) of each control group that has one, in bytes."""
    found = []
    for folder in scene.cgroups("memory"):
        for most, used in LIMITS:
            limit, usage = number(folder / most), number(folder / used)
            if limit is not None and usage is not None:
                stat = (contents(folder / "memory.stat") or "").split()
                pairs = dict(zip(stat[::2], stat[1::2], strict=False))
                cache = int(pairs.get("total_inactive_file") or pairs.get("inactive_file") or 0)
                found.append((limit, max(0, limit - usage + cache)))  # cached files are evicted
    return found


def judge(total: int, available: int) -> Finding:
    said = f"{available / 2**30:.1f} of {total / 2**30:.1f} GiB available"
    advice = "A process pool needs half a GiB or more: stop what uses the rest."
    return judged("memory", available >= LEAST, said, advice)


def judge_swap(total: int, used: int, moved: int) -> Finding:
    """Poor while anything moves: a page from the disk takes longer than a task."""
    if not total:
        return Finding("swap", "good", "none")
    said = f"{used / 2**30:.1f} of {total / 2**30:.1f} GiB in use"
    if moved <= 0:
        return Finding("swap", "good", f"{said}, but idle")
    said += f", {moved / WATCHED_S / 2**20:.1f} MiB/s moved"
    return Finding("swap", "poor", said, "Memory is short, and tasks wait for the disk: stop what uses it.")


CHECK = Check("memory", 40, look, quick=True)
