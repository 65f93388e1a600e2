"""Models that an interpreter can run, and what the others need."""

from collections.abc import Sequence

from bench.core.cell import Scalar
from bench.core.errors import UserError
from bench.core.run import Missing
from bench.core.runner import RUNNERS, Runner
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.planning.options import Options


def available_runners(options: Options, host: Host) -> tuple[list[Runner], list[Missing]]:
    """The chosen models that the interpreter can run, and why not the others."""
    clusters = options.dask_scheduler is not None
    every = options.all_runners or options.has_function  # of which the advice chooses by the function's kind
    usual = [r for r in RUNNERS.all if r.core or every or (r.clusters and clusters)]
    asked = RUNNERS.find(options.runners) if options.runners else usual
    if clusters and not any(runner.clusters for runner in asked):
        raise UserError("--dask-scheduler is for the model dask: add -r dask, or leave it out.")
    missing = [
        Missing("", runner.name, reason, python=host.python.name)
        for runner in asked
        if (reason := why_not(runner, host))
    ]
    return [runner for runner in asked if not host.runners[runner.name]], missing


def why_not(runner: Runner, host: Host) -> str | None:
    """Why an interpreter cannot run the model, and the command that helps; None: it can."""
    reason = host.runners[runner.name]
    absent = host.lacks(runner.requires)
    return f"{reason}: {host.install(absent)}" if reason and absent else reason


def runner_options(runner: Runner, options: Options) -> dict[str, Scalar]:
    """Options of the model by the user's options: the cluster on which it runs."""
    named = options.dask_scheduler is not None and runner.clusters
    return {"scheduler": str(options.dask_scheduler)} if named else {}


def lacking(kind: type[Workload], absent: Sequence[str], host: Host, who: str = "it") -> Missing:
    """A workload that an interpreter cannot run, and the command that helps."""
    reason = f"{who} needs {', '.join(absent)}: {host.install(absent)}"
    return Missing(kind.label(), "", reason, python=host.python.name)
