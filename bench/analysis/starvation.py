"""What neighbours that compute do to requests: each cell beside them against the one alone, by block."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from bench.analysis.statistics import Estimate, estimate

KINDS = ("", "thread", "process", "task")  # in the order in which they are shown; "": alone

Figures = Mapping[str, Any]  # an observation's row


@dataclass(frozen=True)
class Beside:
    """What a cell's requests had beside them."""

    runner: str
    kind: str  # of KINDS
    many: int
    interval_ms: float | None  # the switch interval, where it was set
    piece_ms: float | None  # for how long a task holds the loop


@dataclass(frozen=True)
class Case:
    """A cell over its blocks, in seconds; ``longer``, ``later`` and ``stalled`` against the one alone."""

    beside: Beside
    mean: Estimate
    p50: Estimate | None
    p95: Estimate | None
    late: Estimate  # how late the mean request began
    longer: Estimate | None  # mean latency beyond that alone
    later: Estimate | None  # lateness beyond that alone
    stalled: Estimate | None  # the share of the latency that the neighbours make

    @property
    def each(self) -> float | None:
        """Seconds longer for each neighbour."""
        return self.longer.median / self.beside.many if self.longer else None


def cases(rows: pd.DataFrame) -> list[Case]:
    """Every cell that was measured, those alone first."""
    seen: dict[Beside, dict[int, Figures]] = {}
    for row in rows.to_dict("records"):
        known = {str(name): value for name, value in row.items() if pd.notna(value)}
        if (
            known.get("n")
            and known["latency_sum_s"]
            and "late_s" in known
            and known.get("neighbour", "") in KINDS
        ):
            mean = known["latency_sum_s"] / known["n"]
            seen.setdefault(_beside(known), {})[int(known["block"])] = {**known, "mean_s": mean}
    alone = {beside.runner: blocks for beside, blocks in seen.items() if not beside.kind}
    order = sorted(
        seen, key=lambda b: (KINDS.index(b.kind), b.runner != "threading", b.many, b.interval_ms or 0)
    )
    return [_case(beside, seen[beside], alone.get(beside.runner, {})) for beside in order]


def _beside(row: Figures) -> Beside:
    kind = str(row.get("neighbour", ""))

    def figure(name: str) -> float | None:
        return float(value) if isinstance(value := row.get(name), int | float) else None

    return Beside(
        runner=str(row["runner"]),
        kind=kind,
        many=int(figure("neighbours") or 1) if kind else 0,
        interval_ms=figure("switch_interval_ms"),
        piece_ms=figure("piece_ms"),
    )


def _case(beside: Beside, blocks: Mapping[int, Figures], alone: Mapping[int, Figures]) -> Case:
    def over_blocks(name: str) -> Estimate | None:
        values = [float(row[name]) for row in blocks.values() if name in row]
        return estimate(values) if values else None

    def against(figure: Callable[[Figures, Figures], float]) -> Estimate | None:
        pairs = [figure(row, alone[block]) for block, row in blocks.items() if beside.kind and block in alone]
        return estimate(pairs) if pairs else None

    return Case(
        beside=beside,
        mean=estimate([row["mean_s"] for row in blocks.values()]),
        p50=over_blocks("p50_s"),
        p95=over_blocks("p95_s"),
        late=estimate([row["late_s"] for row in blocks.values()]),
        longer=against(lambda row, other: row["mean_s"] - other["mean_s"]),
        later=against(lambda row, other: row["late_s"] - other["late_s"]),
        stalled=against(lambda row, other: 1 - other["mean_s"] / row["mean_s"]),
    )
