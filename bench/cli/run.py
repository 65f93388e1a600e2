"""``python -m bench run``: chosen cells by the same machinery."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import (
    Blocks,
    Budget,
    Clients,
    DaskScheduler,
    Mongod,
    MongoUri,
    Out,
    Params,
    Pythons,
    Quick,
    Runners,
    Seed,
    Thorough,
    Threshold,
    Workloads,
    command_line,
    mode_of,
    mongo_of,
    scheduler_of,
    seconds_of,
)
from bench.errors import UserError


def command(
    workload: Workloads = [],
    client: Clients = [],
    runner: Runners = [],
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", "-c", min=1, max=100_000, help="Tasks in flight at once.")
    ] = None,
    tasks: Annotated[
        int | None, typer.Option("--tasks", "-n", min=1, max=10_000_000, help="Tasks in each batch.")
    ] = None,
    param: Params = [],
    python: Pythons = [],
    study: Annotated[
        list[str], typer.Option("--study", help="A question with cells of its own: `list` names them.")
    ] = [],
    quick: Quick = False,
    thorough: Thorough = False,
    blocks: Blocks = None,
    budget: Budget = None,
    seed: Seed = None,
    out: Out = "reports",
    threshold: Threshold = 0.05,
    mongo_uri: MongoUri = None,
    mongod: Mongod = None,
    dask_scheduler: DaskScheduler = None,
) -> None:
    """Measure chosen workloads, clients and models, with parameters of your own; or a study."""
    from bench.cli.measuring import measure_and_report
    from bench.selection import Options

    if study and tasks:
        raise UserError("A study sets its own number of tasks: leave out -n, or --study.")
    measure_and_report(
        Options(
            mode=mode_of(quick, thorough),
            workloads=tuple(workload),
            clients=tuple(client),
            runners=tuple(runner),
            params=tuple(param),
            pythons=tuple(python),
            studies=tuple(study),
            concurrency=concurrency,
            tasks=tasks,
            blocks=blocks,
            budget_s=seconds_of(budget),
            seed=seed,
            out=out,
            threshold=threshold,
            dask_scheduler=scheduler_of(dask_scheduler),
            command=command_line(),
            **mongo_of(mongo_uri, mongod),
        )
    )
