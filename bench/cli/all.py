"""``python -m bench all``: every workload under every core runner, then the report."""

from dataclasses import replace

import click

from bench.cli.json_output import json_option
from bench.cli.measuring import (
    measure_and_report,
    open_option,
    resume_and_report,
    resume_option,
    verbose_option,
)
from bench.cli.parsing import FUNCTION, SELECTION, takes_all_but
from bench.planning.options import Options


@takes_all_but(*SELECTION, *FUNCTION, "studies", "against")
@resume_option
@open_option
@verbose_option
@json_option
@click.pass_context
def command(
    context: click.Context, options: Options, resume: str | None, open: bool, verbose: bool, json: bool
) -> None:
    if resume is not None:
        resume_and_report(context, resume, options, show=open, verbose=verbose, json=json)
    else:
        measure_and_report(replace(options, everything=True), show=open, verbose=verbose, json=json)
