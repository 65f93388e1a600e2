"""What moves the processor's clock while it is measured: the governor, and turbo."""

from __future__ import annotations

from pathlib import Path

from bench.core.records import Finding
from bench.environment.checks import Check, Scene
from bench.environment.checks._system import told

STEADY = {"performance", "userspace"}  # the others follow the load: a batch begins on a slow clock
HIDDEN = "not told here, as in most virtual machines"


def look(scene: Scene) -> list[Finding]:
    cpus = scene.sys / "devices/system/cpu"
    return [governor(cpus), turbo(cpus)]


def governor(cpus: Path) -> Finding:
    """Poor where the clock of any core follows the load."""
    found = [name for path in cpus.glob("cpu[0-9]*/cpufreq/scaling_governor") if (name := told(path))]
    if not found:
        return Finding("governor", "unknown", HIDDEN)
    said = ", ".join(f"{name} on {found.count(name)} of {len(found)}" for name in sorted(set(found)))
    if set(found) <= STEADY:
        return Finding("governor", "good", said)
    advice = "The clock follows the load; what holds it: sudo cpupower frequency-set -g performance"
    return Finding("governor", "poor", said, advice)


def turbo(cpus: Path) -> Finding:
    """Poor where it is on: a process alone is clocked higher than several, which then seem to gain less."""
    switches = [(cpus / "intel_pstate/no_turbo", "0"), (cpus / "cpufreq/boost", "1")]
    switches += [(path, "1") for path in sorted(cpus.glob("cpufreq/policy*/boost"))[:1]]
    for path, on in switches:
        if (state := told(path)) in ("0", "1"):
            if state != on:
                return Finding("turbo", "good", "off")
            off = "1" if on == "0" else "0"
            switch = str(path).replace("policy0/", "policy*/")
            advice = (
                "A process alone is clocked higher than several together; what turns it off:"
                f" echo {off} | sudo tee {switch}"
            )
            return Finding("turbo", "poor", "on", advice)
    return Finding("turbo", "unknown", HIDDEN)


CHECK = Check("frequency", 20, look, quick=True)
