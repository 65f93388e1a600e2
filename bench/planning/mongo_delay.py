"""By how much a MongoDB delays its answers: what workloads ask for gives way to what a real server does."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from bench.core.workload import Workload
from bench.planning.options import Options
from bench.planning.study import CellRequest


def with_server_delay(requests: Sequence[CellRequest], options: Options) -> list[CellRequest]:
    """The cells as the chosen server can have them: a user's own adds no delay, for its latency is its own; a
    local mongod delays every answer by the same."""
    if not options.mongo_uri and options.mongod is None:
        return list(requests)
    delay = 0.0 if options.mongo_uri else longest_delay(request.workload for request in requests)
    return [replace(request, workload=_delayed(request.workload, delay)) for request in requests]


def longest_delay(workloads: Iterable[Workload]) -> float:
    """Of the workloads that query MongoDB, in seconds."""
    return max((getattr(each, "delay", 0.0) for each in workloads if "mongo" in each.services), default=0.0)


def _delayed(workload: Workload, delay: float) -> Workload:
    if "mongo" not in workload.services or not hasattr(workload, "delay"):
        return workload
    return replace(workload, delay=delay)  # type: ignore[type-var]  # a workload is a dataclass
