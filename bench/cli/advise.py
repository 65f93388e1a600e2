"""``python -m bench advise FILE.py:FUNCTION``: a function of your own under every model, and which to use; or
``--package NAME``: what builds of Python do with a package; or an application and ``--path``."""

import os

import click

from bench.cli.gate import fail_if_slower_option, gate_of
from bench.cli.json_output import json_option
from bench.cli.measuring import measure_and_report, open_option, verbose_option
from bench.cli.output import make_console
from bench.cli.parsing import given_on_the_command_line, takes_all_but
from bench.cli.service import OF_REQUESTS, advise_on_service, service_options
from bench.core.errors import UserError
from bench.core.package import Package
from bench.core.run import Interpreter
from bench.environment.interpreter import Host
from bench.execution.cell import package_links
from bench.execution.package_probe import probe_package
from bench.execution.run import hosts_of
from bench.execution.watchdog import Watchdog
from bench.findings.text.package import next_of, reasons_of, verdict_of
from bench.planning.options import Options
from bench.planning.service import ServiceOptions
from bench.report.terminal.layout import say

OF_WORKLOADS = ("workloads", "clients", "tasks", "params", "studies", "mongo_uri", "mongod")
OF_PACKAGES = ("package", "pythons", "keep_env")


@takes_all_but(*OF_WORKLOADS)
@fail_if_slower_option
@open_option
@verbose_option
@json_option
@click.option(
    "--package",
    metavar="NAME",
    help="Check a package instead: import it on each --python and say whether it turns the GIL on.",
)
@service_options
@click.pass_context
def command(
    context: click.Context,
    options: Options,
    fail_if_slower: str | None,
    open: bool,
    verbose: bool,
    json: bool,
    package: str | None,
    paths: tuple[str, ...],
    method: str,
    body: str,
    headers: tuple[str, ...],
) -> None:
    if paths:
        service = ServiceOptions(paths, method, body, headers)
        advise_on_service(context, options, service, json=json)
        return
    if package:
        for name, flag in given_on_the_command_line(context).items():
            if name not in OF_PACKAGES:
                raise UserError(
                    f"{flag} cannot be combined with --package, which measures nothing: leave it out."
                )
        look_at(package, options.checked())
        return
    for name, flag in given_on_the_command_line(context).items():
        if name in OF_REQUESTS:
            raise UserError(f"{flag} is for requests to an application: add --path.")
    if not options.function and not options.async_function:
        raise UserError("Nothing to advise on: name a function, such as `advise path/to/file.py:function`.")
    measure_and_report(
        options, gate_of(options, fail_if_slower, summary=True), show=open, verbose=verbose, json=json
    )


def look_at(name: str, options: Options) -> None:
    """Say what each interpreter does with a package; a free-threaded one is asked with its GIL off."""
    if not all(part.isidentifier() for part in name.split(".")):
        raise UserError(f"{name!r} is not a package name: write it as in `import NAME`.")
    console = make_console()
    seen: list[tuple[Interpreter, Package]] = []
    with Watchdog() as watchdog, package_links(watchdog) as links:
        hosts = hosts_of(options, links)
        for host in [each for each in hosts if not gil_put_on(each)] or hosts:
            package = probe_package(name, os.getcwd(), host, links, watchdog)
            seen.append((host.python, package))
            say(console, verdict_of(package, host.python), "bold")
            for sentence in reasons_of(package, host.python, host.install([name.partition(".")[0]])):
                say(console, sentence)
    if ask := next_of(seen):
        console.print("\nNext command:", markup=False)
        console.print(ask, markup=False, highlight=False, soft_wrap=True)


def gil_put_on(host: Host) -> bool:
    """Whether this is a free-threaded build with its GIL on, which hides what a package does."""
    return host.python.free_threaded_build and host.python.gil
