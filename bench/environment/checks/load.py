"""What ran in the last minute, against the cores there are."""

from __future__ import annotations

import os

from bench.core.records import Finding
from bench.environment.checks import Check, Scene

MOST = 0.25  # of the cores: with less than three quarters left the report says that the machine was not given


def look(scene: Scene) -> list[Finding]:
    return [judge(os.getloadavg()[0], os.cpu_count() or 1)]


def judge(load: float, cores: int) -> Finding:
    """By the cores of the whole machine, for the average counts what runs on all of them."""
    said = f"{load:.2f} on {cores} cores in the last minute"
    if load <= MOST * cores:
        return Finding("load", "good", said)
    advice = "End what computes beside it; if it has ended already, wait a minute."
    return Finding("load", "poor", said, advice)


CHECK = Check("load", 30, look, quick=True)
