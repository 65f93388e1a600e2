"""The calibration cell, measured a few times: effective cores, timer error, and meanwhile the CPU time that
the hypervisor steals."""

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from bench.core.cores import usable_cores
from bench.core.observation import Failure, Observation
from bench.core.run import Finding
from bench.environment.checks import Check, Scene, contents, judged
from bench.environment.machine import calibration_cell

REPEATS = 5
ENOUGH_S = 3.0  # none begins later: the whole command is to take less than ten seconds
ENOUGH = 0.75  # of the cores: below it the report has a caveat
LATEST_S = 1e-3  # a wait should be 20 times the timer's error, and the workloads' own is 20 ms
MOST_STOLEN = 0.02  # it comes in bursts: this share of a second is more than 5 % of some batches
NAMES = ("effective cores", "timer", "steal")


def look(scene: Scene) -> list[Finding]:
    if scene.measure is None or scene.host is None:
        return [Finding(name, "unknown", "not measured") for name in NAMES]
    cell = calibration_cell(scene.host.python.name, usable_cores())
    records: list[Observation | Failure] = []
    before, began = contents(scene.proc / "stat"), time.monotonic()
    for _ in range(REPEATS):
        records.append(scene.measure(cell))
        if time.monotonic() - began > ENOUGH_S:
            break
    stolen = judge_stolen(share_stolen(before, contents(scene.proc / "stat")))
    seen = [each for each in records if isinstance(each, Observation)]
    lost = [each for each in records if isinstance(each, Failure)]
    cores = [each.effective_cores for each in seen if each.effective_cores is not None]
    late = [each.timer_error_s for each in seen if each.timer_error_s is not None]
    if not cores or not late:
        reason = f"not measured: {lost[0].reason}" if lost else "not measured"
        return [*(Finding(name, "unknown", reason) for name in NAMES[:2]), stolen]
    cpus = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
    real = physical_cores(scene.sys / "devices/system/cpu", cpus)
    return [judge_cores(cores, cell.concurrency, real), judge_timer(late), stolen]


def physical_cores(folder: Path, cpus: Iterable[int]) -> int | None:
    """The cores behind those CPUs, of which hyper-threads share one; None where it is unknown."""
    behind = {contents(folder / f"cpu{cpu}/topology/thread_siblings_list") for cpu in cpus}
    return None if None in behind or not behind else len(behind)


def judge_cores(seen: Sequence[float], cores: int, physical: int | None) -> Finding:
    """By the least that was given. Hyper-threads are not expected to give as much as cores."""
    real = min(cores, physical or cores)
    tried = f" ({min(seen):.2f} to {max(seen):.2f} in {len(seen)} tries)" if len(seen) > 1 else ""
    said = f"{median(seen):.2f} of {cores}{tried}"
    if real < cores:
        said += f", {cores - real} of them hyper-threads"
    advice = "Something else used the rest: stop other programs, or measure on a dedicated machine."
    return judged("effective cores", min(seen) >= ENOUGH * real, said, advice)


def judge_timer(late_s: Sequence[float]) -> Finding:
    usual = median(late_s)
    said = f"a sleep of 1 ms comes {usual * 1e3:.2f} ms late (up to {max(late_s) * 1e3:.2f})"
    advice = "Waits last longer than requested: use longer ones, such as -p delay=0.2."
    return judged("timer", usual <= LATEST_S, said, advice)


def share_stolen(before: str | None, after: str | None) -> float | None:
    """Share of the cores' time that the hypervisor gave to others between two readings of /proc/stat."""
    try:
        first, last = ([int(word) for word in text.split()[1:9]] for text in (before or "", after or ""))
        spent = [now - then for then, now in zip(first, last, strict=True)]
        return spent[7] / sum(spent)
    except (ValueError, IndexError, ZeroDivisionError):
        return None


def judge_stolen(share: float | None) -> Finding:
    if share is None:
        return Finding("steal", "unknown", "unknown here")
    said = f"{100 * share:.1f} % of the cores' time went to other virtual machines"
    advice = "The host is busy: measure at another time, or on a dedicated machine."
    return judged("steal", share <= MOST_STOLEN, said, advice)


CHECK = Check("calibration", 80, look)
