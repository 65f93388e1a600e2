"""``python -m bench list``: workloads, runners, studies and services, and what each lacks here."""

from rich.table import Table

from bench.cli.output import make_console
from bench.core.catalog import WORKLOADS, modules_of
from bench.core.credentials import without_credentials
from bench.core.runner import RUNNERS
from bench.environment.discovery import installed
from bench.execution.cell import package_links
from bench.execution.run import hosts_of
from bench.execution.watchdog import Watchdog
from bench.planning.available import why_not
from bench.planning.options import Options
from bench.planning.study import STUDIES


def command() -> None:
    console = make_console()
    with Watchdog() as watchdog, package_links(watchdog) as links:
        (host,) = hosts_of(Options(), links)
    table = Table("workload", "one task", "runs under", "parameters", box=None, pad_edge=False)
    for kind in WORKLOADS.all:
        able = [runner.name for runner in RUNNERS.all if runner.flavour in kind.flavours]
        absent = host.lacks(modules_of(kind))
        params = [f"{field.name}={field.default}" for field in kind.parameters()]
        summary = (kind.__doc__ or "").strip().splitlines()[0]
        lacks = f" Not available: {host.install(absent)}." if absent else ""
        table.add_row(kind.label().replace("[", r"\["), summary + lacks, ", ".join(able), "\n".join(params))
    console.print(table)

    table = Table("runner", "workers", "here", box=None, pad_edge=False)
    for runner in RUNNERS.all:
        reason = why_not(runner, host)
        table.add_row(runner.name, runner.summary, f"not available: {reason}" if reason else "available")
    console.print()
    console.print(table)

    table = Table("study", "question", box=None, pad_edge=False)
    for study in STUDIES.all:
        table.add_row(study.name, study.question)
    console.print()
    console.print(table)

    python = host.python
    uri = Options().checked().mongo_uri
    console.print(f"\nInterpreter: {python.name}, GIL {'on' if python.gil else 'off'}", highlight=False)
    others = ", ".join(name for name, _ in installed())
    console.print(f"Available with --python: {others or 'none found'}", soft_wrap=True, highlight=False)
    console.print("HTTP server: embedded")
    where = (
        without_credentials(uri) if uri else "embedded (simulated); --mongo-uri or --mongod for a real one"
    )
    console.print(f"MongoDB: {where}", soft_wrap=True)
