"""``python -m bench all``: every workload under every core runner, then the report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bench.cli.options import (
    Blocks,
    Budget,
    DaskScheduler,
    MemoryLimit,
    Mongod,
    MongoUri,
    Out,
    Pythons,
    Quick,
    Resume,
    Seed,
    Thorough,
    Threshold,
    alone,
    bytes_of,
    command_line,
    mode_of,
    mongo_of,
    scheduler_of,
    seconds_of,
    threshold_of,
)


def command(
    context: typer.Context,
    quick: Quick = False,
    all_runners: Annotated[
        bool,
        typer.Option("--all-runners", help="Every model that is available here, not only the core ones."),
    ] = False,
    thorough: Thorough = False,
    python: Pythons = [],
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
    """Measure every workload under every core model, and write the report."""
    from bench.cli.measuring import measure_and_report, resume_and_report
    from bench.planning.selection import Options
    from bench.planning.study import STUDIES

    if resume is not None:
        alone(context)
        resume_and_report(Path(resume), Options(**mongo_of(mongo_uri, None)))
        return
    mode = mode_of(quick, thorough)
    # A quick run has no time for cells beside the comparison's; some studies have a command of their own.
    chosen = [s for s in STUDIES.all if (thorough and not s.command) or (s.in_all and not quick)]
    studies = tuple(study.name for study in chosen)
    measure_and_report(
        Options(
            mode=mode,
            studies=studies,
            in_all=True,
            all_runners=all_runners,
            pythons=tuple(python),
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
