"""Latency under load: each model at shares of its own capacity."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.series import ByBlock, by_block, points, ratios
from bench.analysis.statistics import LEVEL, Estimate, estimate

NAMES = ["block", "family", "workload", "client", "runner"]
NEEDED = ["n", "wall_s", "load", "capacity", "rate", "p50_s", "p95_s", "p99_s", "late_s"]
COLUMNS = {
    "capacity": "capacity",
    "rate": "rate",
    "p50": "p50_s",
    "p95": "p95_s",
    "p99": "p99_s",
    "late": "late_s",
    "lasted": "lasted",
}
BEHIND = 1.1  # a batch that lasts so much longer than its arrivals did not keep up with them


@dataclass(frozen=True)
class Loaded:
    """A workload under a model, at one load; seconds and tasks per second."""

    load: float
    capacity: Estimate
    rate: Estimate
    p50: Estimate
    p95: Estimate
    p99: Estimate
    late: Estimate  # how late the mean task began
    lasted: Estimate  # the batch's wall time over that of its arrivals

    @property
    def fell_behind(self) -> bool:
        """Whether tasks came faster than they were done, so that the latency grows with the batch."""
        return self.lasted.median > BEHIND


@dataclass(frozen=True, eq=False)
class Model:
    """A workload under a model, at every load that was measured."""

    family: str
    workload: str
    runner: str
    client: str
    p99: ByBlock  # seconds, by load
    loads: Sequence[Loaded]

    def at(self, load: float) -> Loaded | None:
        return next((loaded for loaded in self.loads if loaded.load == load), None)

    @property
    def growth(self) -> Estimate | None:
        """The p99 at the highest load over that at the lowest, block by block."""
        first, last = self.loads[0].load, self.loads[-1].load
        pairs = [line[last] / line[first] for line in self.p99.values() if line.get(first) and last in line]
        return estimate(pairs) if pairs and first < last else None


def models_of(rows: pd.DataFrame) -> list[Model]:
    """Every workload and model that was measured, by family."""
    found = []
    usable = rows.reindex(columns=[*NAMES, *NEEDED]).dropna(subset=NEEDED)
    usable = usable.assign(lasted=usable["wall_s"] * usable["rate"] / usable["n"])
    for (family, workload, runner), seen in usable.groupby(["family", "workload", "runner"]):
        p99 = by_block(seen, "load", "p99_s")
        columns = {name: dict(points(by_block(seen, "load", column))) for name, column in COLUMNS.items()}
        found.append(
            Model(
                family=str(family),
                workload=str(workload),
                runner=str(runner),
                client=client if isinstance(client := seen["client"].iloc[0], str) else "",
                p99=p99,
                loads=[
                    Loaded(load, **{name: by[load] for name, by in columns.items()})
                    for load, _ in points(p99)
                ],
            )
        )
    return found


def tied(model: Model, best: Model, load: float, rivals: int) -> bool:
    """Whether the p99 of ``model`` is not shown to be above that of ``best`` at this load, with so many that
    are compared with the best."""
    shared = [pair[load] for pair in ratios(model.p99, best.p99) if load in pair]
    level = 1 - (1 - LEVEL) / max(rivals, 1)
    return not shared or estimate(shared, level).low <= 1
