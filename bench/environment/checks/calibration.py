"""What the calibration cell measures, a few times over: the cores that the machine really gives, how true
its timer is, and meanwhile what the hypervisor takes."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from bench.core.records import Failure, Finding, Observation
from bench.environment.calibration import calibration_cell
from bench.environment.checks import Check, Scene
from bench.environment.checks._system import told
from bench.environment.machine import usable_cores

REPEATS = 5
ENOUGH_S = 3.0  # none begins later: the whole command is to take less than ten seconds
ENOUGH = 0.75  # of the cores: below it the report says that the machine was not given
LATEST_S = 1e-3  # a wait should be 20 times the timer's error, and the workloads' own is 20 ms
MOST_STOLEN = 0.02  # it comes in lumps: this share of seconds is more than 5 % of some batches
NAMES = ("effective cores", "timer", "steal")


def look(scene: Scene) -> list[Finding]:
    if scene.measure is None or scene.host is None:
        return [Finding(name, "unknown", "not measured") for name in NAMES]
    cell = calibration_cell(scene.host.python.name, usable_cores())
    seen: list[Observation] = []
    lost: list[Failure] = []
    before, began = told(scene.proc / "stat"), time.monotonic()
    for _ in range(REPEATS):
        record = scene.measure(cell)
        if isinstance(record, Observation):
            seen.append(record)
        else:
            lost.append(record)
        if time.monotonic() - began > ENOUGH_S:
            break
    stolen = judge_stolen(share_stolen(before, told(scene.proc / "stat")))
    cores = [each.effective_cores for each in seen if each.effective_cores is not None]
    late = [each.timer_error_s for each in seen if each.timer_error_s is not None]
    if not cores or not late:
        reason = f"not measured: {lost[0].reason}" if lost else "not measured"
        return [*(Finding(name, "unknown", reason) for name in NAMES[:2]), stolen]
    cpus = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else ()
    real = physical_cores(scene.sys / "devices/system/cpu", cpus)
    return [judge_cores(cores, cell.concurrency, real), judge_timer(late), stolen]


def physical_cores(folder: Path, cpus: Iterable[int]) -> int | None:
    """The cores behind those CPUs, of which hyper-threads share one; None where it is not told."""
    behind = {told(folder / f"cpu{cpu}/topology/thread_siblings_list") for cpu in cpus}
    return None if None in behind or not behind else len(behind)


def judge_cores(seen: Sequence[float], cores: int, physical: int | None) -> Finding:
    """By the least that was given. Hyper-threads are not expected to give as much as cores."""
    real = min(cores, physical or cores)
    said = f"{median(seen):.2f} of {cores} ({min(seen):.2f} to {max(seen):.2f} in {len(seen)} tries)"
    if real < cores:
        said += f", {cores - real} of them hyper-threads"
    if min(seen) >= ENOUGH * real:
        return Finding("effective cores", "good", said)
    advice = "Something else had the rest: end what computes, or measure on a machine that is not shared."
    return Finding("effective cores", "poor", said, advice)


def judge_timer(late_s: Sequence[float]) -> Finding:
    usual = median(late_s)
    said = f"a sleep of 1 ms comes {usual * 1e3:.2f} ms late (up to {max(late_s) * 1e3:.2f})"
    if usual <= LATEST_S:
        return Finding("timer", "good", said)
    advice = "Waits are longer than they are asked to be: ask for longer ones, such as -p delay=0.2."
    return Finding("timer", "poor", said, advice)


def share_stolen(before: str | None, after: str | None) -> float | None:
    """Of the time of all cores between two readings of /proc/stat, what the hypervisor gave to others."""
    try:
        first, last = ([int(word) for word in text.split()[1:9]] for text in (before or "", after or ""))
        spent = [now - then for then, now in zip(first, last, strict=True)]
        return spent[7] / sum(spent)
    except (ValueError, IndexError, ZeroDivisionError):
        return None


def judge_stolen(share: float | None) -> Finding:
    if share is None:
        return Finding("steal", "unknown", "not told here")
    said = f"{share:.1%} of the cores' time went to other virtual machines"
    if share <= MOST_STOLEN:
        return Finding("steal", "good", said)
    advice = "The host is busy: measure at another hour, or on a machine of its own."
    return Finding("steal", "poor", said, advice)


CHECK = Check("calibration", 80, look)
