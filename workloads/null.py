"""A task that does nothing, to measure what each model costs by itself."""

from dataclasses import dataclass
from typing import Any

from bench import Workload
from bench.core.cell import NULL


@dataclass(frozen=True)
class Null(Workload):
    """A task with no work in it: the dispatch cost of each model."""

    name = NULL
    family = NULL
    bound = "none"
    flavours = frozenset({"sync", "asyncio", "trio"})
    essential = True

    def task(self, session: Any, i: int) -> int:
        return i

    def check(self, result: Any, i: int) -> int:
        if result != i:
            raise ValueError(f"task {i} returned {result!r}")
        return i
