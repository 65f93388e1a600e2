"""Selection of the cells to measure on each interpreter, by the options, before any pilot run."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bench.core.cell import NULL
from bench.core.errors import NothingMeasured, UserError
from bench.core.run import Missing
from bench.core.user_function import Own
from bench.core.workload import Workload
from bench.environment.interpreter import Host
from bench.planning.cells import chosen_workloads, comparison_requests, study_requests
from bench.planning.options import Options
from bench.planning.study import CellRequest

NO_CELLS = (
    "what was chosen has no cells with those runners and workloads; choose others, or see"
    " `python -m bench list`"
)


@dataclass(frozen=True)
class Selection:
    """Cells to measure on one interpreter, with their concurrency, and what others lack."""

    host: Host
    requests: Sequence[CellRequest]
    missing: Sequence[Missing]


def select(
    options: Options, hosts: Sequence[Host], cores: int, function: Own | None = None
) -> list[Selection]:
    """Selection for each interpreter. Raises UserError for unknown names, or if nothing is left."""
    selections = [select_for(options, host, cores, function) for host in hosts]
    if not any(selection.requests for selection in selections):
        raise nothing_left([missing for selection in selections for missing in selection.missing])
    return selections


def select_for(options: Options, host: Host, cores: int, function: Own | None = None) -> Selection:
    """Selection for one interpreter."""
    compared, missing = comparison_requests(options, host, cores)
    studied, lacking = study_requests(options, host, cores, function)
    requests = with_server_delay([*compared, *studied], options)
    return Selection(host, requests, list(dict.fromkeys([*missing, *lacking])))


def with_server_delay(requests: Sequence[CellRequest], options: Options) -> list[CellRequest]:
    """The cells with the delay of the chosen MongoDB: a user's server adds none to its own latency; a local
    mongod delays all answers alike."""
    if not options.mongo_uri and options.mongod is None:
        return list(requests)
    delay = 0.0 if options.mongo_uri else longest_delay(request.workload for request in requests)
    return [
        replace(request, workload=replace(request.workload, delay=delay))  # type: ignore[type-var]  # a dataclass
        if "mongo" in request.workload.services and hasattr(request.workload, "delay")
        else request
        for request in requests
    ]


def longest_delay(workloads: Iterable[Workload]) -> float:
    """Longest delay of the workloads that query MongoDB, in seconds."""
    return max((getattr(each, "delay", 0.0) for each in workloads if "mongo" in each.services), default=0.0)


def all_workloads_of(selections: Sequence[Selection]) -> dict[str, Workload]:
    """Workloads of all interpreters, by the label of their cells."""
    return {each.label: each.workload for selection in selections for each in selection.requests}


def most_connections(selections: Sequence[Selection]) -> int:
    """Largest number of concurrent connections of any cell to a service."""
    requests = [request for selection in selections for request in selection.requests]
    return max((request.concurrency for request in requests if request.workload.services), default=0)


def nothing_left(missing: Sequence[Missing]) -> UserError:
    """The error where nothing can be measured."""
    reasons = dict.fromkeys(f"{m.workload or m.runner}: {m.reason}".rstrip(".") for m in missing)
    kind = NothingMeasured if any(m.cause for m in missing) else UserError
    return kind(f"Nothing is left to measure: {'; '.join(reasons) or NO_CELLS}.")


def asked_for(options: Options, workloads: Mapping[str, Workload]) -> set[str]:
    """The labels of those that the user asked for, of all that are measured: a baseline or the null task is
    added to what is compared."""
    if options.workloads:
        kinds = tuple(chosen_workloads(options))
        return {label for label, workload in workloads.items() if isinstance(workload, kinds)}
    return {label for label, workload in workloads.items() if workload.name != NULL} or set(workloads)
