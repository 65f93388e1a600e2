"""What neighbours that compute do to requests: each cell beside them against the one alone, by block."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bench.analysis.statistics import Estimate, estimate

KINDS = ("", "thread", "process", "task")  # of neighbours, in the order in which they are shown; "": alone
SETTINGS = ["runner", "neighbour", "neighbours", "switch_interval_ms", "piece_ms"]
FIGURES = ["block", "n", "latency_sum_s", "p50_s", "p95_s", "late_s"]


@dataclass(frozen=True)
class Case:
    """A cell over its blocks, in seconds; ``longer``, ``later`` and ``stalled`` against the one alone."""

    runner: str
    kind: str  # of KINDS
    many: int  # neighbours
    interval_ms: float | None  # the switch interval, where it was set
    piece_ms: float | None  # for how long a task holds the loop
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
        return self.longer.median / self.many if self.longer else None


def cases(rows: pd.DataFrame) -> list[Case]:
    """Every cell that was measured, those alone first."""
    known = rows.reindex(columns=[*SETTINGS, *FIGURES])
    neighbour = known["neighbour"].astype(object).fillna("")
    known = known.assign(neighbour=neighbour, mean_s=known["latency_sum_s"] / known["n"])
    known = known[(known["mean_s"] > 0) & known["late_s"].notna() & known["neighbour"].isin(KINDS)]
    cells = [seen.set_index("block") for _, seen in known.groupby(SETTINGS, dropna=False)]
    alone = {str(c["runner"].iloc[0]): c for c in cells if not c["neighbour"].iloc[0]}
    return sorted((_case(cell, alone) for cell in cells), key=_place)


def _place(case: Case) -> tuple[int, bool, int, float]:
    return KINDS.index(case.kind), case.runner != "threading", case.many, case.interval_ms or 0


def _case(cell: pd.DataFrame, alone: dict[str, pd.DataFrame]) -> Case:
    runner, kind, many, interval, piece = cell[SETTINGS].iloc[0]
    mean, late = cell["mean_s"], cell["late_s"]
    other = alone.get(runner, cell[:0]) if kind else cell[:0]
    return Case(
        runner=str(runner),
        kind=str(kind),
        many=(1 if pd.isna(many) else int(many)) if kind else 0,
        interval_ms=None if pd.isna(interval) else float(interval),
        piece_ms=None if pd.isna(piece) else float(piece),
        mean=estimate(list(mean)),
        p50=_over_blocks(cell["p50_s"]),
        p95=_over_blocks(cell["p95_s"]),
        late=estimate(list(late)),
        longer=_over_blocks(mean - other["mean_s"]),
        later=_over_blocks(late - other["late_s"]),
        stalled=_over_blocks(1 - other["mean_s"] / mean),
    )


def _over_blocks(figures: pd.Series[float]) -> Estimate | None:
    known = list(pd.to_numeric(figures).dropna())
    return estimate(known) if known else None
