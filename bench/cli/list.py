"""``python -m bench list``: what there is, in one screen; ``list NAME``: its details."""

import click
from rich.console import Console

from bench.cli.completion import one_of, workload_names
from bench.cli.json_output import json_option, print_document
from bench.cli.output import make_console
from bench.core.credentials import without_credentials
from bench.core.demo import DEMOS
from bench.core.runner import RUNNERS
from bench.environment.discovery import installed
from bench.execution.cell import package_links
from bench.execution.run import hosts_of
from bench.execution.watchdog import Watchdog
from bench.planning.options import Options
from bench.planning.study import STUDIES
from bench.report.documents.listing import (
    ListingDocument,
    NamedEntry,
    RunnerEntry,
    WorkloadEntry,
    listing_document,
)
from bench.report.exports import EXPORTS
from bench.report.terminal.layout import say, say_all

ABSENT = "*"  # after a name: not available here


def names_to_show() -> list[str]:
    """What ``list NAME`` has the details of."""
    return [*workload_names(), *RUNNERS.names(), *STUDIES.names(), *EXPORTS.names(), *DEMOS.names()]


@click.argument("name", required=False, shell_complete=one_of(names_to_show))
@json_option
def command(name: str | None, json: bool) -> None:
    options = Options().checked()
    with Watchdog() as watchdog, package_links(watchdog) as links:
        host, *_ = hosts_of(options, links)
    found = listing_document(host, [python for python, _ in installed()])
    if name is not None:
        found = found.of(name)
    if json:
        print_document(found)
    elif name is not None:
        show_details(found, make_console())
    else:
        show_names(found, options.mongo_uri, make_console())


def show_names(found: ListingDocument, uri: str | None, console: Console) -> None:
    """All names, as they are typed."""
    for title, names in (
        ("Workloads (-w)", [each.label + ABSENT * bool(each.lacks) for each in found.workloads]),
        ("Models (-r)", [each.name + ABSENT * bool(each.lacks) for each in found.runners]),
        ("Studies (--study)", [each.name for each in found.studies]),
        ("Export formats (export --format)", [each.name for each in found.formats]),
        ("Demos (demo NAME)", [each.name for each in found.demos]),
    ):
        say(console, title, "bold")
        say_all(console, names, indent=2)
    console.print()
    mongo = (
        without_credentials(uri) if uri else "embedded (simulated); --mongo-uri or --mongod for a real one"
    )
    absent = any(each.lacks for each in found.workloads) or any(each.lacks for each in found.runners)
    for line in (
        *[f"{ABSENT} not available here: `python -m bench list NAME` says what is missing."] * absent,
        "Details of one: python -m bench list NAME",
        f"Claims: {len(found.claims)}; see python -m bench claims",
        f"Interpreter: {found.interpreter}, GIL {'on' if found.gil else 'off'}",
        f"Available with --python: {', '.join(found.pythons) or 'none found'}",
        "HTTP server: embedded",
        f"MongoDB: {mongo}",
    ):
        say(console, line)


def show_details(found: ListingDocument, console: Console) -> None:
    """Each of those, with all that is known of it."""
    for workload in found.workloads:
        show_workload(workload, console)
    for runner in found.runners:
        show_runner(runner, console)
    for kind in (found.studies, found.formats, found.claims, found.demos):
        for each in kind:
            show_named(each, console)


def show_workload(workload: WorkloadEntry, console: Console) -> None:
    say(console, workload.label, "bold")
    say(console, workload.summary, indent=2)
    say(console, f"Runs under {', '.join(workload.runners)}.", indent=2)
    for each in workload.parameters:
        say(console, f"-p {each.name}={each.default}  {each.help}", indent=2)
    if workload.lacks:
        say(console, f"Not available here: {workload.lacks}", indent=2)


def show_runner(runner: RunnerEntry, console: Console) -> None:
    say(console, runner.name, "bold")
    say(console, runner.summary, indent=2)
    say(console, f"For: {runner.use_for}", indent=2)
    say(console, f"Not available here: {runner.lacks}" if runner.lacks else "Available.", indent=2)


def show_named(each: NamedEntry, console: Console) -> None:
    say(console, each.name, "bold")
    say(console, each.summary, indent=2)
