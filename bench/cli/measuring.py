"""What `all` and `run` do: measure with live progress, save, report, and say how it went."""

from __future__ import annotations

import shlex
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from bench.cli.compared import SLOWER, Gate, passes
from bench.cli.output import make_console
from bench.cli.parsing import given_on_the_command_line
from bench.core.errors import UserError
from bench.core.records import Run
from bench.execution.resume import resume_run
from bench.execution.run import measure_run
from bench.execution.session import Watcher
from bench.execution.signals import interrupts_wait, terminations_interrupt
from bench.planning.options import Options
from bench.report.links import REPORT
from bench.report.terminal.progress import progress_for
from bench.storage.run_folder import load_run

INTERRUPTED = 130
DONE_WITH_FAILURES = 3

resume_option = click.option(
    "--resume", metavar="RUN", help="Go on with a run that ended early, by its folder; needs no other option."
)


def measure_and_report(options: Options, gate: Gate | None = None) -> None:
    """Exits with 130 when interrupted, with 1 when something is slower than the ``gate`` of a comparison
    allows, with 3 when cells failed."""
    report(lambda watcher: measure_run(options, watcher, enough=_precise), gate)


def resume_and_report(context: click.Context, resume: str, options: Options) -> None:
    """The same for a run that ended early; one that is done is told so, and gets the report that it lacks.

    Raises UserError for an option beside --resume that would change the plan.
    """
    for name, flag in given_on_the_command_line(context).items():
        if name not in ("resume", "mongo_uri"):
            raise UserError(
                f"{flag} contradicts --resume: a run goes on as it was planned. Leave it out, or begin a new"
                " run."
            )
    path = Path(resume)
    run = load_run(path)
    folder = Path(run.folder)
    if run.plan.status != "done":
        report(lambda watcher: resume_run(path, options, watcher, enough=_precise))
    elif not (folder / REPORT).is_file():
        report(lambda watcher: run)
    else:
        said = f"{folder} is done: nothing is left to measure. Report: {folder / REPORT}"
        make_console().print(said, soft_wrap=True, highlight=False, markup=False)


def report(measure: Callable[[Watcher], Run], gate: Gate | None = None) -> None:
    """Measure, write the report, and print what came out."""
    console = make_console()
    aside = make_console(sys.stderr) if gate and gate.markdown else console
    passed = True
    plain = partial(aside.print, soft_wrap=True, highlight=False, markup=False)
    began = time.monotonic()
    with terminations_interrupt():
        try:
            with progress_for(aside) as watcher:
                run = measure(watcher)
        except KeyboardInterrupt:
            print("bench: interrupted before anything was measured.", file=sys.stderr)
            sys.exit(INTERRUPTED)
        with interrupts_wait():  # what was measured is shown and written, however impatient the reader
            from bench.findings.collect import collect  # pandas comes when nothing is measured any more
            from bench.report.compared import of_pairs
            from bench.report.files import write_files
            from bench.report.terminal.summary import print_builds, print_run

            folder = Path(run.folder)
            findings = collect(run)
            interrupted = run.plan.status == "interrupted"
            if gate is None or interrupted:
                print_run(findings, console)
            elif gate.summary:
                print_builds(findings.builds[-1:], console)
            made = write_files(findings, folder)
            if gate is not None and not interrupted:
                passed = passes(of_pairs(run, run.plan.threshold), gate, console)
            plain(f"\nMeasured in {time.monotonic() - began:.0f} s. Report: {made}")
            if interrupted:
                again = f"python -m bench run --resume {shlex.quote(str(folder))}"
                go_on = "." if gate else f"; go on with: {again}"
                plain(f"Interrupted: what was measured is in {folder}{go_on}")
                sys.exit(INTERRUPTED)
    if not passed:
        sys.exit(SLOWER)
    if run.failures or any(missing.broken for missing in run.plan.missing):
        sys.exit(DONE_WITH_FAILURES)


def _precise(run: Run) -> bool:
    from bench.analysis.precision import precise  # pandas, which only a thorough run waits for

    return precise(run)
