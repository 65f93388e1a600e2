"""What changes the processor's frequency during a run: the governor, and turbo."""

from pathlib import Path

from bench.core.run import Finding
from bench.environment.checks import Check, Scene, contents, judged

STEADY = {"performance", "userspace"}  # the others follow the load: a batch begins on a slow clock
HIDDEN = "unknown here, as in most virtual machines"


def look(scene: Scene) -> list[Finding]:
    cpus = scene.sys / "devices/system/cpu"
    return [governor(cpus), turbo(cpus)]


def governor(cpus: Path) -> Finding:
    """Poor where the clock of any core follows the load."""
    found = [name for path in cpus.glob("cpu[0-9]*/cpufreq/scaling_governor") if (name := contents(path))]
    if not found:
        return Finding("governor", "unknown", HIDDEN)
    said = ", ".join(f"{name} on {found.count(name)} of {len(found)}" for name in sorted(set(found)))
    advice = "The clock follows the load; to fix it: sudo cpupower frequency-set -g performance"
    return judged("governor", set(found) <= STEADY, said, advice)


def turbo(cpus: Path) -> Finding:
    """Poor where it is on: a process alone is clocked higher than several, which then seem to gain less."""
    switches = [(cpus / "intel_pstate/no_turbo", "0"), (cpus / "cpufreq/boost", "1")]
    switches += [(path, "1") for path in sorted(cpus.glob("cpufreq/policy*/boost"))[:1]]
    for path, on in switches:
        if (state := contents(path)) in ("0", "1"):
            off = "1" if on == "0" else "0"
            switch = str(path).replace("policy0/", "policy*/")
            advice = "A single busy core is clocked higher than several; to turn it off:"
            command = f"echo {off} | sudo tee {switch}"
            return judged("turbo", state != on, "on" if state == on else "off", f"{advice} {command}")
    return Finding("turbo", "unknown", HIDDEN)


CHECK = Check("frequency", 20, look, quick=True)
