"""``python -m bench advise FILE.py:FUNCTION``: a function of your own under every model, and which to use."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.compared import FailIfSlower, gate_of
from bench.cli.options import (
    Against,
    Budget,
    MemoryLimit,
    Out,
    Runners,
    Seed,
    bytes_of,
    command_line,
    seconds_of,
    threshold_of,
)


def command(
    function: Annotated[
        str | None, typer.Argument(help="path/to/file.py:function or package.module:function.")
    ] = None,
    async_function: Annotated[
        str | None, typer.Option(help="Its async twin; or an async function alone.")
    ] = None,
    setup: Annotated[
        str | None,
        typer.Option(help="Called once in each worker; what it returns is the function's first argument."),
    ] = None,
    args: Annotated[
        str, typer.Option(help="Its arguments as JSON: a list, or an object of named ones.")
    ] = "[]",
    max_calls: Annotated[int, typer.Option(min=200, help="Call it at most about so often in all.")] = 100_000,
    runner: Runners = [],
    concurrency: Annotated[
        list[int],
        typer.Option("--concurrency", "-c", min=1, max=10_000, help="So many at once; again for more."),
    ] = [],
    against: Against = "",
    fail_if_slower: FailIfSlower = None,
    budget: Budget = None,
    seed: Seed = None,
    out: Out = "reports",
    memory_limit: MemoryLimit = None,
) -> None:
    """Say which model a function of your own should run under, and with how many at once."""
    from bench.cli.measuring import measure_and_report
    from bench.cli.own_function import own_function, shared
    from bench.planning.selection import Options
    from bench.planning.studies.advice import BLOCKS

    calls = shared(max_calls, 2) if against else max_calls
    gate = gate_of(against, fail_if_slower, summary=True)
    measure_and_report(
        Options(
            own=own_function(function, async_function, setup, args, calls),
            against=against,
            bare=bool(against),
            threshold=threshold_of(None, side_by_side=bool(against)),
            runners=tuple(runner),
            all_runners=not runner,
            studies=("advice",),
            levels=tuple(sorted(set(concurrency))),
            blocks=None if against else BLOCKS,
            budget_s=seconds_of(budget),
            seed=seed,
            out=out,
            memory_limit=bytes_of(memory_limit),
            command=command_line(),
        ),
        gate=gate,
    )
