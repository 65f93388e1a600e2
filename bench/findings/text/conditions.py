"""What was measured on what: the lines above the figures, and beside one that goes elsewhere."""

from collections.abc import Sequence

from bench.analysis.summary import Summary
from bench.core.run import Machine
from bench.findings.text.figures import counted, measured, two_places


def environment(builds: Sequence[Summary]) -> list[tuple[str, str]]:
    """What was measured on what, as pairs of name and value."""
    pairs = [_interpreter(build) for build in builds]
    pairs.append(("Cores", _cores(builds[0])))
    pairs.append(("Blocks", f"{_blocks(builds)}, each cell in a fresh process"))
    mongo = builds[0].run.plan.services.get("mongo")
    pairs += [("MongoDB", mongo)] if mongo else []
    return list(dict.fromkeys(pairs))


def about(builds: Sequence[Summary]) -> list[str]:
    """What belongs beside a figure that goes elsewhere, in two lines: the machine; Python, the day, and the
    version of this package."""
    plan = builds[0].run.plan
    machine = f"{plan.machine.processor}, {counted(plan.machine.cores, 'core')}, {plan.machine.system}"
    pythons = [" ".join(_interpreter(build)) for build in builds]
    own = [f"bench {plan.versions['bench']}"] if "bench" in plan.versions else []
    return [machine, " · ".join([*dict.fromkeys(pythons), plan.created.partition("T")[0], *own])]


def _blocks(builds: Sequence[Summary]) -> str:
    """ "8", or "16 of what computes, 8 of the rest"."""
    blocks = max(build.blocks for build in builds)
    compared = [row for build in builds for row in build.rows if not row.info.lesson]
    rest = max((row.blocks for row in compared if row.info.bound != "cpu"), default=blocks)
    computing = max((row.blocks for row in compared if row.info.bound == "cpu"), default=blocks)
    return f"{computing} for computing work, {rest} for the rest" if rest < computing else str(blocks)


def _interpreter(summary: Summary) -> tuple[str, str]:
    python = summary.python
    build = " free-threaded" if python.free_threaded_build else ""
    gil = "GIL on" if python.gil else "GIL off"
    if summary.gil and not python.gil:
        gil = "GIL off, but turned on by an import"
    jit = ", JIT on" if python.jit else ""
    return python.implementation, f"{python.version}{build}, {gil}{jit}"


def usable(machine: Machine) -> str:
    """The cores that a run could use: by its affinity, or less by a quota of CPU time."""
    if machine.quota is not None and machine.quota < machine.cores:
        return f"{machine.quota:g} by CPU quota, of {machine.cores_shown}"
    shown = f" of {machine.cores_shown} usable" if machine.cores != machine.cores_shown else ""
    return f"{machine.cores}{shown}"


def _cores(summary: Summary) -> str:
    text = usable(summary.run.plan.machine)
    if summary.effective_cores:
        text += f", effective {measured(summary.effective_cores, two_places)}"
    return text
