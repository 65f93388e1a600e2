"""Measure with live progress, save, report, exit: what the commands that measure share."""

import shlex
import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
from rich.console import Console

from bench.api.measure import settled
from bench.cli.completion import folders
from bench.cli.exit_codes import INCOMPLETE, INTERRUPTED, UNEXPECTED
from bench.cli.gate import Gate
from bench.cli.output import make_console
from bench.cli.parsing import given_on_the_command_line
from bench.core.errors import UserError
from bench.core.run import Run
from bench.execution.resume import resume_run
from bench.execution.run import measure_run
from bench.execution.session import Watcher
from bench.execution.signals import interrupts_wait, terminations_interrupt
from bench.planning.options import Options
from bench.report.links import REPORT
from bench.report.live import LiveReport
from bench.report.terminal.progress import progress_for
from bench.storage.reader import load_run

resume_option = click.option(
    "--resume",
    metavar="RUN",
    help="Continue the interrupted run in this folder; takes no other option.",
    shell_complete=folders,
)


open_option = click.option(
    "--open",
    is_flag=True,
    help="Show the report in a browser during the run; this takes some of the machine's time.",
)

verbose_option = click.option(
    "--verbose",
    is_flag=True,
    help="Also print the rest of the report: caveats, studies, answers, claims.",
)


def measure_and_report(
    options: Options,
    gate: Gate | None = None,
    *,
    show: bool = False,
    verbose: bool = False,
    json: bool = False,
) -> None:
    """Exits with 130 when interrupted, with 1 when something is slower than the ``gate`` of a comparison
    allows, with 3 when cells failed. ``show``: the report in the browser."""

    def measure(watcher: Watcher) -> Run:
        return measure_run(options, watcher, settled, LiveReport(watcher.complain, show=show))

    report(measure, gate, verbose=verbose, json=json)


def resume_and_report(
    context: click.Context,
    resume: str,
    options: Options,
    *,
    show: bool = False,
    verbose: bool = False,
    json: bool = False,
) -> None:
    """Continue a run that ended early; of one that is done, write the report if it has none.

    Raises UserError for an option beside --resume that would change the plan.
    """
    for name, flag in given_on_the_command_line(context).items():
        if name not in ("resume", "mongo_uri", "open", "verbose", "json"):
            raise UserError(f"{flag} contradicts --resume: a resumed run keeps its plan. Leave it out.")
    path = Path(resume)
    run = load_run(path)
    folder = Path(run.folder)

    def measure(watcher: Watcher) -> Run:
        return resume_run(path, options, watcher, settled, LiveReport(watcher.complain, show=show))

    if run.plan.status != "done":
        report(measure, verbose=verbose, json=json)
    elif json or not (folder / REPORT).is_file():
        report(lambda watcher: run, verbose=verbose, json=json)
    else:
        make_console().out(f"{folder} is complete: nothing is left to measure. Report: {folder / REPORT}")


def report(
    measure: Callable[[Watcher], Run], gate: Gate | None = None, *, verbose: bool = False, json: bool = False
) -> None:
    """Measure, write the report, and print what came out."""
    console = make_console()
    aside = make_console(sys.stderr) if json or (gate and gate.markdown) else console
    began = time.monotonic()
    with terminations_interrupt():
        try:
            with progress_for(aside) as watcher:
                run = measure(watcher)
        except KeyboardInterrupt:
            print("bench: interrupted before anything was measured.", file=sys.stderr)
            sys.exit(INTERRUPTED)
        with interrupts_wait():  # what was measured is shown and written, however impatient the reader
            aside.out(f"Measured in {time.monotonic() - began:.0f} s.")
            made, passed = published(run, console, gate, verbose=verbose, json=json)
            aside.out(f"Report: {made}")
            if run.plan.status == "interrupted":
                again = f"; continue with: python -m bench run --resume {shlex.quote(run.folder)}"
                aside.out(f"Interrupted: the results are in {run.folder}{'.' if gate else again}")
                sys.exit(INTERRUPTED)
    if not passed:
        sys.exit(UNEXPECTED)
    if run.failures or any(missing.broken for missing in run.plan.missing):
        sys.exit(INCOMPLETE)


def published(
    run: Run,
    console: Console,
    gate: Gate | None = None,
    *,
    out: Path | None = None,
    verbose: bool = False,
    json: bool = False,
) -> tuple[Path, bool]:
    """As ``bench.cli.publish.publish``."""
    from bench.cli.publish import publish  # pandas, for which neither --help nor a measurement waits

    return publish(run, console, gate, out=out, verbose=verbose, json=json)
