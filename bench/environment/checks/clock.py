"""Clock source of the system, and the resolution of ``perf_counter``."""

import time
from itertools import pairwise

from bench.core.run import Finding
from bench.environment.checks import Check, Scene, contents, judged

SLOW = {"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"}  # read by a system call, in a microsecond
COARSEST_S = 1e-6  # a task with no work in it takes half of that, and each task is timed
READINGS = 2000


def look(scene: Scene) -> list[Finding]:
    source = contents(scene.sys / "devices/system/clocksource/clocksource0/current_clocksource")
    return [judge(source, step())]


def step() -> float:
    """Seconds between two readings that differ: what the clock resolves, and what reading it takes."""
    readings = [time.perf_counter() for _ in range(READINGS)]
    steps = [after - before for before, after in pairwise(readings) if after > before]
    return max(time.get_clock_info("perf_counter").resolution, min(steps, default=0.0))


def judge(source: str | None, step_s: float) -> Finding:
    said = f"{source or 'unknown'}; perf_counter in steps of {step_s * 1e9:,.0f} ns"
    advice = "It is slow to read: boot with a faster one, such as clocksource=tsc, if the machine has it."
    return judged("clock source", source not in SLOW and step_s <= COARSEST_S, said, advice)


CHECK = Check("clock", 60, look, quick=True)
