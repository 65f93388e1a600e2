"""``python -m bench sweep``: throughput against the tasks in flight."""

from __future__ import annotations

from typing import Annotated

import typer

from bench.cli.options import (
    Budget,
    Clients,
    DaskScheduler,
    MemoryLimit,
    Mongod,
    MongoUri,
    Out,
    Params,
    Pythons,
    Runners,
    Seed,
    Threshold,
    Workloads,
    bytes_of,
    command_line,
    mongo_of,
    scheduler_of,
    seconds_of,
    threshold_of,
)

BLOCKS = 6  # the fewest that give an interval of 95 %


def command(
    workload: Workloads = [],
    client: Clients = [],
    runner: Runners = [],
    concurrency: Annotated[
        list[int],
        typer.Option(
            "--concurrency", "-c", min=1, max=100_000, help="A level; again for more, instead of 1 to 1,024."
        ),
    ] = [],
    param: Params = [],
    python: Pythons = [],
    blocks: Annotated[int, typer.Option(min=1, max=1000, help="Blocks to measure.")] = BLOCKS,
    budget: Budget = None,
    seed: Seed = None,
    out: Out = "reports",
    threshold: Threshold = None,
    memory_limit: MemoryLimit = None,
    mongo_uri: MongoUri = None,
    mongod: Mongod = None,
    dask_scheduler: DaskScheduler = None,
) -> None:
    """Measure throughput, latency, CPU and memory with 1, 2, 4 ... 1,024 tasks in flight."""
    from bench.cli.measuring import measure_and_report
    from bench.planning.selection import Options

    measure_and_report(
        Options(
            workloads=tuple(workload),
            clients=tuple(client),
            runners=tuple(runner),
            params=tuple(param),
            pythons=tuple(python),
            studies=("sweep",),
            levels=tuple(sorted(set(concurrency))),
            blocks=blocks,
            budget_s=seconds_of(budget),
            seed=seed,
            out=out,
            threshold=threshold_of(threshold),
            memory_limit=bytes_of(memory_limit),
            dask_scheduler=scheduler_of(dask_scheduler),
            command=command_line(),
            **mongo_of(mongo_uri, mongod),
        )
    )
