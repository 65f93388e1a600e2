"""``python -m bench run``: chosen cells by the same machinery."""

import click

from bench.cli.gate import fail_if_slower_option, gate_of
from bench.cli.json_output import json_option
from bench.cli.measuring import (
    measure_and_report,
    open_option,
    resume_and_report,
    resume_option,
    verbose_option,
)
from bench.cli.parsing import FUNCTION, takes_all_but
from bench.planning.options import Options


@takes_all_but(*FUNCTION)
@fail_if_slower_option
@resume_option
@open_option
@verbose_option
@json_option
@click.pass_context
def command(
    context: click.Context,
    options: Options,
    fail_if_slower: str | None,
    resume: str | None,
    open: bool,
    verbose: bool,
    json: bool,
) -> None:
    if resume is not None:
        resume_and_report(context, resume, options, show=open, verbose=verbose, json=json)
    else:
        measure_and_report(options, gate_of(options, fail_if_slower), show=open, verbose=verbose, json=json)
