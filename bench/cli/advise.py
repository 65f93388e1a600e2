"""``python -m bench advise FILE.py:FUNCTION``: a function of your own under every model, and which to use."""

from bench.cli.gate import fail_if_slower_option, gate_of
from bench.cli.measuring import measure_and_report, open_option
from bench.cli.parsing import takes_all_but
from bench.core.errors import UserError
from bench.planning.options import Options

OF_WORKLOADS = ("workloads", "clients", "tasks", "params", "studies", "mongo_uri", "mongod")


@takes_all_but(*OF_WORKLOADS)
@fail_if_slower_option
@open_option
def command(options: Options, fail_if_slower: str | None, open: bool) -> None:
    if not options.function and not options.async_function:
        raise UserError("Nothing to advise on: name a function, such as `advise path/to/file.py:function`.")
    measure_and_report(options, gate_of(options, fail_if_slower, summary=True), show=open)
