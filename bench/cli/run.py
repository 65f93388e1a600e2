"""``python -m bench run``: chosen cells by the same machinery."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.compared import FailIfSlower, gate_of
from bench.cli.options import (
    Against,
    Blocks,
    Budget,
    Clients,
    Concurrency,
    DaskScheduler,
    MemoryLimit,
    Mongod,
    MongoUri,
    Out,
    Params,
    Pythons,
    Quick,
    Resume,
    Runners,
    Seed,
    Tasks,
    Thorough,
    Threshold,
    Workloads,
    alone,
    bytes_of,
    command_line,
    mode_of,
    mongo_of,
    scheduler_of,
    seconds_of,
    threshold_of,
)
from bench.core.errors import UserError


def command(
    context: typer.Context,
    workload: Workloads = [],
    client: Clients = [],
    runner: Runners = [],
    concurrency: Concurrency = None,
    tasks: Tasks = None,
    param: Params = [],
    python: Pythons = [],
    against: Against = "",
    fail_if_slower: FailIfSlower = None,
    study: Annotated[
        list[str], typer.Option("--study", help="A question with cells of its own: `list` names them.")
    ] = [],
    quick: Quick = False,
    thorough: Thorough = False,
    blocks: Blocks = None,
    budget: Budget = None,
    seed: Seed = None,
    out: Out = "reports",
    threshold: Threshold = None,
    memory_limit: MemoryLimit = None,
    mongo_uri: MongoUri = None,
    mongod: Mongod = None,
    resume: Resume = None,
    dask_scheduler: DaskScheduler = None,
) -> None:
    """Measure chosen workloads, clients and models, with parameters of your own; or a study."""
    from bench.cli.measuring import measure_and_report, resume_and_report
    from bench.planning.selection import Options

    if resume is not None:
        alone(context)
        resume_and_report(Path(resume), Options(**mongo_of(mongo_uri, None)))
        return
    if study and tasks:
        raise UserError("A study sets its own number of tasks: leave out -n, or --study.")
    if study and against:
        raise UserError("A study has questions of its own: leave out --against, or --study.")
    gate = gate_of(against, fail_if_slower)
    measure_and_report(
        Options(
            mode=mode_of(quick, thorough),
            workloads=tuple(workload),
            clients=tuple(client),
            runners=tuple(runner),
            params=tuple(param),
            pythons=tuple(python),
            against=against,
            bare=bool(against),
            studies=tuple(study),
            concurrency=concurrency,
            tasks=tasks,
            blocks=blocks,
            budget_s=seconds_of(budget),
            seed=seed,
            out=out,
            threshold=threshold_of(threshold, side_by_side=bool(against)),
            memory_limit=bytes_of(memory_limit),
            dask_scheduler=scheduler_of(dask_scheduler),
            command=command_line(),
            **mongo_of(mongo_uri, mongod),
        ),
        gate=gate,
    )
