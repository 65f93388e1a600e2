"""``python -m bench sweep``: throughput against the tasks in flight."""

from dataclasses import replace

from bench.cli.json_output import json_option
from bench.cli.measuring import measure_and_report, open_option, verbose_option
from bench.cli.parsing import FUNCTION, takes_all_but
from bench.planning.options import Options


@takes_all_but(*FUNCTION, "tasks", "studies", "against")
@open_option
@verbose_option
@json_option
def command(options: Options, open: bool, verbose: bool, json: bool) -> None:
    measure_and_report(replace(options, studies=("sweep",)), show=open, verbose=verbose, json=json)
