"""``python -m bench compare``: two saved runs, or two revisions or environments measured side by side; did
something get slower?"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from bench.cli.compared import SLOWER, Gate, fail_if_slower_option, passes, share_of
from bench.cli.measuring import measure_and_report
from bench.cli.output import make_console
from bench.cli.parsing import given_on_the_command_line, takes_all_but
from bench.core.errors import UserError
from bench.planning.options import Options
from bench.storage.run_folder import load_run

OF_SAVED_RUNS = {"before", "after", "threshold", "fail_if_slower", "markdown", "anyway"}


@click.argument("before", metavar="A", required=False)
@click.argument("after", metavar="B", required=False)
@takes_all_but("function", "studies", "all_runners")
@fail_if_slower_option
@click.option("--markdown", is_flag=True, help="Print GitHub's Markdown, for a pull request.")
@click.option("--anyway", is_flag=True, help="Compare runs of different machines all the same.")
@click.pass_context
def command(
    context: click.Context,
    options: Options,
    before: str | None,
    after: str | None,
    fail_if_slower: str | None,
    markdown: bool,
    anyway: bool,
) -> None:
    gate = Gate(share_of(fail_if_slower), markdown)
    if options.against or options.pythons:
        if after:
            raise UserError(f"{after}: saved runs are compared as they are, without --against or --python.")
        options = replace(options, function=before or "", side_by_side=True)
        if options.has_function and not options.runners:  # one call after another is compared most narrowly
            options = replace(options, runners=("sync",))
        measure_and_report(options, gate)
        return
    for name, flag in given_on_the_command_line(context).items():
        if name not in OF_SAVED_RUNS:
            raise UserError(f"{flag} is for what is measured: add --against REV, or --python twice.")
    if before is None:
        raise UserError(
            "Nothing to compare: name two saved runs, or measure with --against REV or --python A --python B."
        )
    if not _compare_saved(before, after, options, gate, anyway):
        sys.exit(SLOWER)


def _compare_saved(before: str, after: str | None, options: Options, gate: Gate, anyway: bool) -> bool:
    from bench.report.compared import of_pairs, of_runs  # it loads pandas, which nothing measured waits for

    run = load_run(Path(before))
    if after is None:
        shown = of_pairs(run, options.threshold or run.plan.threshold)
    else:
        shown = of_runs(run, load_run(Path(after)), options.threshold or 0.05, anyway=anyway)
    return passes(shown, gate, make_console())
