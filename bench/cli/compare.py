"""``python -m bench compare``: two saved runs, or two revisions or environments measured side by side; did
something get slower?"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from bench.cli.compared import SLOWER, FailIfSlower, Gate, Markdown, passes, share_of
from bench.cli.options import (
    Against,
    Blocks,
    Budget,
    Clients,
    Concurrency,
    Out,
    Params,
    Pythons,
    Runners,
    Seed,
    Tasks,
    Threshold,
    Workloads,
    command_line,
    seconds_of,
    threshold_of,
)
from bench.core.errors import UserError

if TYPE_CHECKING:
    from bench.planning.selection import Options

MAX_CALLS = 100_000  # of a function, about


def command(
    before: Annotated[
        str | None,
        typer.Argument(
            metavar="A",
            help="The folder of the run before, or of a run over several builds or revisions;"
            " with --against or --python, a function to measure: path/to/file.py:function.",
        ),
    ] = None,
    after: Annotated[str | None, typer.Argument(metavar="B", help="The folder of the run after.")] = None,
    against: Against = "",
    python: Pythons = [],
    workload: Workloads = [],
    client: Clients = [],
    runner: Runners = [],
    concurrency: Concurrency = None,
    tasks: Tasks = None,
    param: Params = [],
    blocks: Blocks = None,
    budget: Budget = None,
    seed: Seed = None,
    out: Out = "reports",
    threshold: Threshold = None,
    fail_if_slower: FailIfSlower = None,
    markdown: Markdown = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Compare runs of different machines all the same.")
    ] = False,
) -> None:
    """Compare two saved runs cell by cell; or measure two revisions (--against) or environments (--python A
    --python B) in the same blocks, which tells small differences apart."""
    share = share_of(fail_if_slower)
    gate = Gate(share, markdown)
    if against or python:
        from bench.cli.measuring import measure_and_report
        from bench.planning.selection import Options

        if after:
            raise UserError(f"{after}: saved runs are compared as they are, without --against or --python.")
        options = Options(
            against=against,
            bare=True,
            workloads=tuple(workload),
            clients=tuple(client),
            runners=tuple(runner),
            params=tuple(param),
            pythons=tuple(python),
            concurrency=concurrency,
            tasks=tasks,
            blocks=blocks,
            budget_s=seconds_of(budget),
            seed=seed,
            out=out,
            threshold=threshold_of(threshold, side_by_side=True),
            command=command_line(),
        )
        measure_and_report(of_function(before, options) if before else options, gate=gate)
        return
    for name, given in (("-w", workload), ("-r", runner), ("-c", concurrency), ("-n", tasks), ("-p", param)):
        if given:
            raise UserError(f"{name} is for what is measured: add --against REV, or --python twice.")
    if before is None:
        raise UserError(
            "Nothing to compare: name two saved runs, or measure with --against REV or --python A --python B."
        )

    from pathlib import Path

    from bench.cli.output import make_console
    from bench.report.compared import of_pairs, of_runs
    from bench.storage.run_folder import load_run

    console = make_console()
    if after is None:
        run = load_run(Path(before))
        shown = of_pairs(run, threshold or run.plan.threshold)
    else:
        runs = load_run(Path(before)), load_run(Path(after))
        shown = of_runs(*runs, threshold_of(threshold), anyway=anyway)
    if not passes(shown, gate, console):
        sys.exit(SLOWER)


def of_function(function: str, options: Options) -> Options:
    """The options for a function of the user's own: one after another, unless models are named."""
    from dataclasses import replace

    from bench.cli.own_function import own_function, shared

    if options.workloads or options.tasks or options.params or options.clients:
        raise UserError("-w, --client, -p and -n are for workloads: leave them out, or the function.")
    return replace(
        options,
        own=own_function(function, None, None, "[]", shared(MAX_CALLS, 2)),
        runners=options.runners or ("sync",),
        studies=("advice",),
        levels=(options.concurrency,) if options.concurrency else (),
        concurrency=None,
    )
