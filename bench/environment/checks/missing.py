"""Packages that workloads and models lack on this interpreter, and how to install them."""

from bench.core.catalog import WORKLOADS, modules_of
from bench.core.run import Finding
from bench.core.runner import RUNNERS
from bench.environment.checks import Check, Scene
from bench.environment.interpreter import Host


def look(scene: Scene) -> list[Finding]:
    if scene.host is None:
        return [Finding(name, "unknown", "not checked") for name in ("workloads", "models")]
    return [workloads(scene.host), models(scene.host)]


def workloads(host: Host) -> Finding:
    """Poor where a default run would go without one; the others are extras."""
    kinds = WORKLOADS.shipped
    lacking = {kind: absent for kind in kinds if (absent := host.lacks(modules_of(kind)))}
    if not lacking:
        return Finding("workloads", "good", f"all {len(kinds)} can be measured")
    modules = dict.fromkeys(name for absent in lacking.values() for name in absent)
    said = f"{len(kinds) - len(lacking)} of {len(kinds)}, not {', '.join(kind.label() for kind in lacking)}"
    how = host.install(modules)
    if any(kind.in_all for kind in lacking):
        return Finding("workloads", "poor", said, f"Install what they need: {how}")
    return Finding("workloads", "good", f"{said} (install with: {how})")


def models(host: Host) -> Finding:
    """Poor where a core model cannot run."""
    runners = RUNNERS.all
    reasons = {runner.name: reason for runner in runners if (reason := host.runners[runner.name])}
    if not reasons:
        return Finding("models", "good", f"all {len(runners)} can be measured")
    why = "; ".join(f"{name}: {reason}" for name, reason in reasons.items())
    said = f"{len(runners) - len(reasons)} of {len(runners)}, not {', '.join(reasons)}"
    if any(runner.core for runner in runners if runner.name in reasons):
        return Finding("models", "poor", said, f"{why}.")
    return Finding("models", "good", f"{len(runners) - len(reasons)} of {len(runners)}; {why}")


CHECK = Check("missing", 110, look)
