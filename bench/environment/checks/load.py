"""Load average of the last minute, compared with the number of cores."""

import os

from bench.core.run import Finding
from bench.environment.checks import Check, Scene, judged

MOST = 0.25  # of the cores: with less than three quarters left the report has a caveat


def look(scene: Scene) -> list[Finding]:
    return [judge(os.getloadavg()[0], os.cpu_count() or 1)]


def judge(load: float, cores: int) -> Finding:
    """By the cores of the whole machine, for the average counts what runs on all of them."""
    said = f"{load:.2f} on {cores} cores in the last minute"
    advice = "Stop other busy processes; if they have just ended, wait a minute."
    return judged("load", load <= MOST * cores, said, advice)


CHECK = Check("load", 30, look, quick=True)
