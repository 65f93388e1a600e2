"""Options to what is wanted of each interpreter, before anything was tried."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.core.errors import UserError
from bench.core.records import Missing
from bench.core.runner import Runner
from bench.core.user_function import Own
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.planning.comparison_cells import comparison_requests
from bench.planning.mongo_delay import with_server_delay
from bench.planning.options import Options
from bench.planning.study import CellRequest
from bench.planning.study_cells import study_requests

NO_CELLS = (
    "what was chosen has no cells with those runners and workloads; choose others, or see"
    " `python -m bench list`"
)


@dataclass(frozen=True)
class Selection:
    """The cells wanted of one interpreter, with their concurrency decided, and what is missing for others."""

    host: Host
    requests: Sequence[CellRequest]
    missing: Sequence[Missing]

    @property
    def runners(self) -> list[Runner]:
        """Those that are to be measured."""
        return list(dict.fromkeys(request.runner for request in self.requests))

    @property
    def workloads(self) -> dict[str, Workload]:
        """By the label of their cells."""
        return {request.label: request.workload for request in self.requests}


def select(
    options: Options, hosts: Sequence[Host], cores: int, function: Own | None = None
) -> list[Selection]:
    """What is wanted of each interpreter. Raises UserError for what is not there, or if nothing is left."""
    selections = [select_for(options, host, cores, function) for host in hosts]
    if not any(selection.requests for selection in selections):
        raise nothing_left([missing for selection in selections for missing in selection.missing])
    return selections


def select_for(options: Options, host: Host, cores: int, function: Own | None = None) -> Selection:
    """What is wanted of one interpreter."""
    compared, missing = comparison_requests(options, host, cores)
    studied, lacking = study_requests(options, host, cores, function)
    requests = with_server_delay([*compared, *studied], options)
    return Selection(host, requests, list(dict.fromkeys([*missing, *lacking])))


def all_workloads_of(selections: Sequence[Selection]) -> dict[str, Workload]:
    """Those of all interpreters, by the label of their cells, which means the same for all of them."""
    return {name: each for selection in selections for name, each in selection.workloads.items()}


def most_connections(selections: Sequence[Selection]) -> int:
    """To a service at once, by the cells with most in flight."""
    requests = [request for selection in selections for request in selection.requests]
    return max((request.concurrency for request in requests if request.workload.services), default=0)


def nothing_left(missing: Sequence[Missing]) -> UserError:
    """The error where nothing can be measured."""
    reasons = dict.fromkeys(f"{m.workload or m.runner}: {m.reason}" for m in missing)
    return UserError(f"Nothing is left to measure: {'; '.join(reasons) or NO_CELLS}.")
