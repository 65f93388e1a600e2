"""What the run was measured on, and how: pairs of name and value."""

from __future__ import annotations

from bench.analysis.figures import UNKNOWN, duration, percent, significant
from bench.analysis.summary import Summary
from bench.records import Interpreter

Facts = list[tuple[str, str]]


def machine(summary: Summary) -> Facts:
    """The machine and the interpreters."""
    plan = summary.run.plan
    host = plan.machine
    facts = [
        ("Host", host.host),
        ("Processor", host.processor),
        ("System", host.system),
        ("Cores", f"{host.cores} usable of {host.cores_shown}"),
        ("Memory", _memory(host.memory)),
        ("Load when it began", significant(host.load, 2)),
    ]
    if summary.effective_cores:
        cores = summary.effective_cores
        facts.append(("Effective cores", f"{cores.median:.2f} ({cores.low:.2f} to {cores.high:.2f})"))
    if summary.timer_error_s is not None:
        facts.append(("Timer error", f"a sleep of 1 ms comes {duration(summary.timer_error_s)} late"))
    return facts + [(f"Python {python.name}", _python(python)) for python in plan.interpreters]


def method(summary: Summary) -> Facts:
    """How the run was made."""
    plan = summary.run.plan
    begun = f"{summary.blocks} of {plan.blocks}" if summary.blocks != plan.blocks else str(plan.blocks)
    budget = [] if plan.budget_s is None else [("Budget", f"{significant(plan.budget_s)} s")]
    return [
        ("Mode", plan.mode),
        ("Status", plan.status),
        ("Blocks", f"{begun}: each a pass over every cell, shuffled"),
        ("Isolation", "a fresh process for each cell in each block"),
        ("Speed-up", "seconds per task, sync over model, in the same block"),
        ("Interval", "exact sign test of the median over blocks, 95 %"),
        ("Verdict", f"corrected for the comparisons in a family; threshold {percent(plan.threshold)}"),
        ("Seed", str(plan.seed)),
        *budget,
    ]


def software(summary: Summary) -> Facts:
    """Services, and versions of this package and the clients."""
    plan = summary.run.plan
    services = [(f"Service: {name}", text) for name, text in plan.services.items()]
    return services + list(plan.versions.items())


def _memory(size: int | None) -> str:
    return UNKNOWN if size is None else f"{significant(size / 2**30)} GiB"


def _python(python: Interpreter) -> str:
    build = ", free-threaded build" if python.free_threaded_build else ""
    return f"{python.implementation} {python.version}{build}, GIL {'on' if python.gil else 'off'}"
