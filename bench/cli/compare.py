"""``python -m bench compare``: two saved runs, revisions or environments; did anything get slower?"""

import sys
from dataclasses import replace
from pathlib import Path

import click

from bench.cli.completion import files, folders
from bench.cli.exit_codes import UNEXPECTED
from bench.cli.gate import Gate, fail_if_slower_option, share_of
from bench.cli.json_output import json_option
from bench.cli.measuring import measure_and_report
from bench.cli.output import make_console
from bench.cli.parsing import given_on_the_command_line, takes_all_but
from bench.core.errors import UserError
from bench.planning.options import RULES, Options
from bench.storage.reader import load_run
from bench.storage.run_folder import check_writable

OF_SAVED_RUNS = {"before", "after", "out", "threshold", "fail_if_slower", "markdown", "json", "anyway"}


@click.argument("before", metavar="A", required=False, shell_complete=files)
@click.argument("after", metavar="B", required=False, shell_complete=folders)
@takes_all_but("function", "studies", "all_runners")
@fail_if_slower_option
@click.option("--markdown", is_flag=True, help="Print GitHub Markdown for a pull request.")
@json_option
@click.option("--anyway", is_flag=True, help="Compare even runs from different machines.")
@click.pass_context
def command(
    context: click.Context,
    options: Options,
    before: str | None,
    after: str | None,
    fail_if_slower: str | None,
    markdown: bool,
    json: bool,
    anyway: bool,
) -> None:
    if json and markdown:
        raise UserError("--json and --markdown contradict each other: choose one.")
    gate = Gate(share_of(fail_if_slower), markdown)
    if options.against or options.pythons:
        if after:
            raise UserError(f"{after}: saved runs are compared without --against or --python.")
        options = replace(options, function=before or "", side_by_side=True)
        if options.has_function and not options.runners:  # one call after another is compared most narrowly
            options = replace(options, runners=("sync",))
        measure_and_report(options, gate, json=json)
        return
    given = given_on_the_command_line(context)
    for name, flag in given.items():
        if name not in OF_SAVED_RUNS:
            raise UserError(f"{flag} applies only to measuring: add --against REV, or --python twice.")
    if before is None:
        raise UserError(
            "Nothing to compare: name two saved runs, or measure with --against REV or --python A --python B."
        )
    from bench.cli.publish import compare_saved, print_and_judge  # pandas, which measuring does not wait for

    one, other = load_run(Path(before)), load_run(Path(after)) if after is not None else None
    checked = options.checked()
    folder = Path((other or one).folder) if options.out is None else options.folder
    if options.out is not None:
        check_writable(folder)
    threshold, command = options.threshold, options.command
    if other and threshold is None:
        threshold = checked.threshold
        command += f" --threshold {RULES['threshold'].write(threshold)}"
    shown = compare_saved(one, other, threshold or one.plan.threshold, anyway=anyway)
    if not print_and_judge(shown, gate, make_console(), folder, command, json=json):
        sys.exit(UNEXPECTED)
