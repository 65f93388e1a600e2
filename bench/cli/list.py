"""``python -m bench list``: what there is to measure, show and export, and what each lacks here."""

from bench.cli.output import make_console, print_table
from bench.core.catalog import WORKLOADS, modules_of
from bench.core.credentials import without_credentials
from bench.core.demo import DEMOS
from bench.core.runner import RUNNERS
from bench.core.workload import Workload
from bench.environment.discovery import installed
from bench.environment.interpreter import Host
from bench.execution.cell import package_links
from bench.execution.run import hosts_of
from bench.execution.watchdog import Watchdog
from bench.findings.claim import CLAIMS
from bench.planning.available import why_not
from bench.planning.options import Options
from bench.planning.study import STUDIES
from bench.report.exports import EXPORTS


def command() -> None:
    console = make_console()
    with Watchdog() as watchdog, package_links(watchdog) as links:
        (host,) = hosts_of(Options(), links)
    workloads = (row_of(kind, host) for kind in WORKLOADS.all)
    print_table(console, ("workload", "one task", "runs under", "parameters"), workloads)
    lacking = ((runner, why_not(runner, host)) for runner in RUNNERS.all)
    runners = ((r.name, r.summary, f"not available: {why}" if why else "available") for r, why in lacking)
    print_table(console, ("runner", "workers", "here"), runners)
    print_table(console, ("study", "question"), ((study.name, study.question) for study in STUDIES.all))
    print_table(console, ("export format", "use"), ((each.name, each.opens) for each in EXPORTS.all))

    others = ", ".join(name for name, _ in installed())
    uri = Options().checked().mongo_uri
    mongo = "embedded (simulated); --mongo-uri or --mongod for a real one"
    console.out(f"Claims: {len(CLAIMS.all)}; see python -m bench claims")
    console.out(f"Demos: {len(DEMOS.names())}; see python -m bench demo")
    console.out(f"Interpreter: {host.python.name}, GIL {'on' if host.python.gil else 'off'}")
    console.out(f"Available with --python: {others or 'none found'}")
    console.out("HTTP server: embedded")
    console.out(f"MongoDB: {without_credentials(uri) if uri else mongo}")


def row_of(kind: type[Workload], host: Host) -> tuple[str, ...]:
    """A workload: its label, one task of it and what that lacks here, its runners, its parameters."""
    summary = (kind.__doc__ or "").strip().splitlines()[0]
    absent = host.lacks(modules_of(kind))
    lacks = f" Not available: {host.install(absent)}." if absent else ""
    able = ", ".join(runner.name for runner in RUNNERS.all if runner.flavour in kind.flavours)
    return kind.label(), summary + lacks, able, "\n".join(f"{p.name}={p.default}" for p in kind.parameters())
