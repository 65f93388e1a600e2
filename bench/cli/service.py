"""``python -m bench advise MODULE:APP --path /``: which server for an application, with how many workers and
threads."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from bench.analysis.service import ServiceFigures, service_figures, spoiled
from bench.cli.exit_codes import INCOMPLETE, INTERRUPTED
from bench.cli.json_output import print_document
from bench.cli.output import make_console
from bench.cli.parsing import given_on_the_command_line
from bench.core.errors import NothingMeasured, UserError
from bench.core.sanitize import one_line
from bench.execution.load.session import measure_service
from bench.execution.signals import interrupts_wait, terminations_interrupt
from bench.findings.text.service_troubles import trouble
from bench.planning.options import Options
from bench.planning.service import ServiceOptions
from bench.report.documents.service import service_document
from bench.report.terminal.service import print_service
from bench.storage.run_folder import check_writable

OF_REQUESTS = ("method", "body", "headers")
ALLOWED = ("function", "paths", *OF_REQUESTS, "pythons", "keep_env", "out", "budget_s", "blocks", "json")
OPTIONS = (
    click.option(
        "--path",
        "paths",
        multiple=True,
        metavar="PATH",
        help="Measure an ASGI or WSGI application by requesting this path; repeat for a mix.",
    ),
    click.option(
        "--method", default="GET", metavar="NAME", help="The method of the requests; GET by default."
    ),
    click.option("--body", default="", metavar="CONTENT", help="The content of the requests."),
    click.option(
        "--header", "headers", multiple=True, metavar="LINE", help="A header of the requests: 'Name: value'."
    ),
)

Command = Callable[..., None]


def service_options(command: Command) -> Command:
    """The options of a service."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def advise_on_service(
    context: click.Context, options: Options, service: ServiceOptions, *, json: bool
) -> None:
    """Measure the application under every server that can run it, and say which to use. Exits with 130 when
    interrupted, with 3 when something has no figure."""
    for name, flag in given_on_the_command_line(context).items():
        if name not in ALLOWED:
            raise UserError(f"{flag} cannot be combined with --path: leave it out.")
    options = options.with_settings()
    console = make_console()
    aside = make_console(sys.stderr) if json else console
    with terminations_interrupt():
        try:
            check_writable(options.folder)
            run = measure_service(options, service, lambda text: aside.out(one_line(text)))
        except KeyboardInterrupt:
            print("bench: interrupted before there was enough to advise on.", file=sys.stderr)
            sys.exit(INTERRUPTED)
        with interrupts_wait():
            figures = service_figures(run)
            if figures is None:
                raise NothingMeasured(trouble([*run.voids, *spoiled(run)][0]))
            if json:
                print_document(service_document(figures))
            else:
                print_service(figures, console)
            aside.out(f"Measured in {run.seconds:.0f} s. Report: {write_page(figures, options.folder)}")
    if figures.voids:
        sys.exit(INCOMPLETE)


def write_page(figures: ServiceFigures, folder: Path) -> Path:
    """Write the page and the index. Raises UserError."""
    from bench.report.html.service import write_service_page  # jinja2, for which no measurement waits

    try:
        return write_service_page(figures, folder)
    except OSError as error:
        path = error.filename or folder
        raise UserError(f"Cannot write to {path}: {error.strerror}; name another --out.") from None
