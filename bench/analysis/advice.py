"""What is known of a function of the user's own: how each model does, and what went wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.statistics import GAINS, Estimate, Verdict, estimate, place
from bench.analysis.summary import Summary
from bench.core.records import Failure, Missing

# The simplest first: what is not told apart from the best and stands before it is advised.
SIMPLEST = (
    "threading",
    "asyncio",
    "asyncio-to-thread",
    "multiprocessing",
    "interpreters",
    "processes-asyncio",
    "asyncio-uvloop",
)


@dataclass(frozen=True)
class Way:
    """A model with so many at once."""

    runner: str
    in_flight: int
    speedup: Estimate
    by_block: Mapping[int, float]  # its speed-up
    limit: float | None
    seconds: float  # per call
    cpu_s: float | None
    startup_s: float | None
    cores_used: Estimate | None = None  # CPU time / wall


@dataclass(frozen=True)
class Facts:
    """All of it."""

    name: str
    seconds: float  # of a call alone
    waits: float  # of these
    has_async: bool
    alone_async: bool
    checked: bool  # whether what it returns was compared
    gil: bool | None
    effective_cores: Estimate | None
    threshold: float
    ways: Sequence[Way]
    void: Mapping[str, Missing | Failure]  # by model: why it gave nothing

    @property
    def share_waiting(self) -> float:
        return self.waits / self.seconds if self.seconds else 0.0

    @property
    def levels(self) -> list[int]:
        """The numbers at once that were measured."""
        return sorted({way.in_flight for way in self.ways if way.runner != "sync"})

    def at(self, level: int) -> list[Way]:
        """The models at that level, the fastest first."""
        found = [way for way in self.ways if way.in_flight == level and way.runner != "sync"]
        return sorted(found, key=lambda way: -way.speedup.median)

    def way(self, runner: str, level: int) -> Way | None:
        return next((way for way in self.at(level) if way.runner == runner), None)


def facts(summary: Summary) -> Facts | None:
    """None for a run of no such function, or without a plain loop to compare with."""
    info = next((info for info in summary.run.plan.workloads if info.name == "own"), None)
    rows = summary.of("advice")
    if info is None:
        return None
    ways = [_way(seen) for _, seen in rows.groupby(["runner", "concurrency"])] if len(rows) else []
    params = info.params
    python = summary.run.plan.interpreters[0]
    return Facts(
        name=info.label,
        seconds=float(params["seconds"]),
        waits=float(params["waits"]),
        has_async=bool(params["async_function"]),
        alone_async=not params["function"],
        checked=bool(params["answer"]) or bool(python.revision),  # the comparison of revisions tells the rest
        gil=python.gil,
        effective_cores=summary.effective_cores,
        threshold=summary.run.plan.threshold,
        ways=[way for way in ways if way is not None],
        void=_void(summary),
    )


def leaders(ways: Sequence[Way], threshold: float) -> list[Way]:
    """The fastest and those that the run cannot tell from it, the simplest first; none where none gains."""
    if not ways or ways[0].speedup.median < GAINS:
        return []
    best = ways[0]
    tied = [way for way in ways if way is best or _tied(way, best, threshold)]
    rank = {name: number for number, name in enumerate(SIMPLEST)}
    return sorted(tied, key=lambda way: rank.get(way.runner, len(rank)))


def _tied(way: Way, best: Way, threshold: float) -> bool:
    both = [way.by_block[block] / best.by_block[block] for block in way.by_block if block in best.by_block]
    return bool(both) and place(estimate(both), threshold) is not Verdict.SLOWER


def _way(seen: pd.DataFrame) -> Way | None:
    speedups = seen.set_index("block")["speedup"].dropna()
    if speedups.empty:
        return None
    limit, cpu, startup = (
        pd.to_numeric(seen[name]).median() for name in ("limit_speedup", "cpu_per_task_s", "startup_s")
    )
    used = pd.to_numeric(seen["cores_used"]).dropna()
    return Way(
        runner=str(seen["runner"].iloc[0]),
        in_flight=int(seen["concurrency"].iloc[0]),
        speedup=estimate(list(speedups)),
        by_block={int(str(block)): float(value) for block, value in speedups.items()},
        limit=float(limit) if pd.notna(limit) else None,
        seconds=float(seen["seconds_per_task"].median()),
        cpu_s=float(cpu) if pd.notna(cpu) else None,
        startup_s=float(startup) if pd.notna(startup) else None,
        cores_used=estimate(list(used)) if len(used) else None,
    )


def _void(summary: Summary) -> dict[str, Missing | Failure]:
    """Why a model gave nothing: its first try, or its first failure."""
    plan = summary.run.plan
    found: dict[str, Missing | Failure] = {each.runner or "every model": each for each in plan.missing}
    for failure in summary.run.failures:
        cell = plan.cell[failure.key]
        if cell.study == "advice":
            found.setdefault(cell.runner, failure)
    return found
