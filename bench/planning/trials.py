"""Pilot runs: a few tasks of each workload, to check that it runs here and how long a task takes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bench.core.cell import PILOT, Cell
from bench.core.grouping import grouped
from bench.core.observation import Cause, Failure, Observation, Stage
from bench.core.run import Missing
from bench.core.user_function import Own
from bench.core.workload import Workload
from bench.planning.options import Options
from bench.planning.selection import Selection
from bench.planning.sizing import Pilot
from bench.planning.study import CellRequest

PILOT_TASKS = 5
PILOT_TIMEOUT_S = 60.0


class Measure(Protocol):
    """Measures one cell in a fresh process."""

    def __call__(
        self, workload: Workload, cell: Cell, block: int, *, timeout: float
    ) -> Observation | Failure: ...


@dataclass(frozen=True)
class Trials:
    """Pilot runs of a selection, and the workloads that cannot run here."""

    pilots: Mapping[str, Pilot]  # by the label of their cells
    crowded: Mapping[tuple[str, str], Pilot]  # by label and model: with many in flight
    missing: Sequence[Missing]

    def runs(self, request: CellRequest) -> bool:
        """Whether the workload is not known to fail under just this model, and was tried if it must be."""
        failed = any((m.workload, m.runner) == (request.label, request.runner.name) for m in self.missing)
        return not failed and (request.label in self.pilots or not request.needs_pilot)

    def pilot_of(self, request: CellRequest) -> Pilot | None:
        """What a task took: its CPU time among many in flight, where that was tried. Of the user's function
        what its first look says, which was of all its inputs."""
        if isinstance(request.workload, Own) and request.workload.round > 1:
            return Pilot(request.workload.seconds, request.workload.cpu)
        pilot = self.pilots.get(request.label)
        crowded = self.crowded.get((request.label, request.runner.name))
        return Pilot(pilot.wall_s, crowded.cpu_s) if pilot and crowded else pilot


def try_out(
    selection: Selection,
    options: Options,
    measure: Measure,
    trying: Callable[[str], None],
    known: Mapping[str, Pilot],
) -> Trials:
    """Run a few tasks of each workload that is not ``known``, by its label; under each model too where that
    may fail, and with many in flight where a study asks for it."""
    python = selection.host.python.name
    pilots: dict[str, Pilot] = {}
    crowded: dict[tuple[str, str], Pilot] = {}
    missing: list[Missing] = []

    def pilot(request: CellRequest, concurrency: int, n: int) -> Pilot | Failure:
        workload = request.workload
        trying(request.label)
        cell = Cell(
            python=python,
            workload=request.label,
            spec=workload.spec(),
            runner=request.runner.name,
            concurrency=concurrency,
            n=n,
            options=request.options,
            study=PILOT,
        )
        seen = measure(workload, cell, 0, timeout=PILOT_TIMEOUT_S + 10 * workload.wait)
        if isinstance(seen, Failure):
            return seen
        wall = seen.wall_s / seen.n
        # Among many, the wall time of a task is its share of theirs: no bound for its CPU time.
        return Pilot(wall, wall if seen.cpu_s is None else min(seen.cpu_s / seen.n, wall * concurrency))

    needed = [request for request in selection.requests if request.needs_pilot]
    for label, requests in grouped(needed, lambda request: request.label).items():
        # The plain loop where there is one: it says what the task is, and not what the model adds.
        usual = min(requests, key=lambda request: (request.runner.name != "sync", request.runner.picky))
        n = PILOT_TASKS if usual.workload.wait < 0.5 else 1
        tried = known.get(label) or pilot(usual, 1, n)
        if isinstance(tried, Failure):
            missing.append(_failed(tried, usual, python, options))
            continue
        pilots[label] = tried
        tried_under = {usual.runner}
        for request in requests:
            if request.runner not in tried_under and (request.runner.picky or request.workload.unproven):
                tried_under.add(request.runner)
                tried = pilot(request, 1, n)
                if isinstance(tried, Failure):
                    missing.append(_failed(tried, request, python, options, request.runner.name))
    many = {(r.label, r.runner.name): r for r in selection.requests if r.pilot_concurrency}
    for (label, model), request in many.items():
        if label in pilots:
            tried = pilot(request, request.pilot_concurrency, request.pilot_concurrency)
            if isinstance(tried, Pilot):
                crowded[label, model] = tried
    return Trials(pilots, crowded, missing)


def _failed(
    failure: Failure, request: CellRequest, python: str, options: Options, runner: str = ""
) -> Missing:
    """The missing workload, or model alone where a ``runner`` is named."""
    reason = failure.reason
    if runner:
        return Missing(request.label, runner, reason, python=python, cause=failure.cause)
    usual = "mongo" in request.workload.services and options.mongo_uri_origin
    if usual:
        reason += f" (from {options.mongo_uri_origin})"
    # What cannot start is unavailable here; what starts and then fails is broken, and so is a server, unless
    # it is one that is usually there and nobody asked for by name.
    served = failure.cause is Cause.SERVICE and (bool(options.workloads) or not usual)
    broken = failure.stage is not Stage.START or served
    return Missing(request.label, "", reason, broken, python, failure.cause)
