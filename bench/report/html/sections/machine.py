"""The machine, the method and the software of a run, as pairs of name and value."""

from collections.abc import Iterable, Mapping, Sequence

from bench.analysis.summary import Summary
from bench.core.run import Finding, Plan, Run
from bench.findings.text.differences import interpreter
from bench.findings.text.figures import UNKNOWN, duration, measured, percent, significant, two_places
from bench.report.signs import FITNESS_SIGNS, Sign

Facts = list[tuple[str, str]]


def facts(run: Run, builds: Sequence[Summary]) -> Mapping[str, Facts]:
    """The machine with the interpreters, how the run was made, and with which versions."""
    pythons = [(f"Python {python.name}", interpreter(python)) for python in run.plan.interpreters]
    blocks = max(build.blocks for build in builds)
    return {
        "Machine": [*_host(builds[0]), *pythons],
        "Method": _method(run.plan, blocks),
        "Software": _software(run.plan),
    }


def fitness(findings: Iterable[Finding]) -> list[tuple[Sign, Finding]]:
    """Checks of the machine before the run, the poor first."""
    order = list(FITNESS_SIGNS)
    shown = sorted(findings, key=lambda finding: order.index(finding.verdict))
    return [(FITNESS_SIGNS[finding.verdict], finding) for finding in shown]


def _host(summary: Summary) -> Facts:
    machine = summary.run.plan.machine
    memory = UNKNOWN if machine.memory is None else f"{significant(machine.memory / 2**30)} GiB"
    facts = [
        ("Host", machine.host),
        ("Processor", machine.processor),
        ("System", machine.system),
        ("Cores", f"{machine.cores} usable of {machine.cores_shown}"),
        *([("CPU quota", f"{machine.quota:g} cores' worth of time")] if machine.quota else []),
        ("Memory", memory),
        ("Load at the start", significant(machine.load, 2)),
    ]
    if summary.effective_cores:
        facts.append(("Effective cores", measured(summary.effective_cores, two_places)))
    if summary.timer_error_s is not None:
        facts.append(("Timer error", f"a sleep of 1 ms ends {duration(summary.timer_error_s)} late"))
    return facts


def _method(plan: Plan, blocks: int) -> Facts:
    begun = f"{blocks} of {plan.blocks}" if blocks != plan.blocks else str(plan.blocks)
    budget = [] if plan.budget_s is None else [("Budget", duration(plan.budget_s))]
    return [
        ("Mode", plan.mode),
        ("Status", plan.status),
        ("Blocks", f"{begun}: each is one pass over all cells, in random order"),
        ("Isolation", "a fresh process for each cell in each block"),
        ("Speed-up", "seconds per task, sync over model, in the same block"),
        ("Interval", "95 %, over the blocks: for this program measured again on this machine"),
        ("Verdict", f"corrected for the comparisons in a family; threshold {percent(plan.threshold)}"),
        ("Seed", str(plan.seed)),
        *budget,
        *[("Resumed", ", ".join(plan.resumed))] * bool(plan.resumed),
    ]


def _software(plan: Plan) -> Facts:
    """Services, and versions of this package and the clients. Several builds have clients of their own, which
    stand with them."""
    services = [(f"Service: {name}", text) for name, text in plan.services.items()]
    alone = plan.interpreters if len(plan.interpreters) == 1 else []
    packages = [pair for python in alone for pair in python.packages.items()]
    return services + list(plan.versions.items()) + packages
