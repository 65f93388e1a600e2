"""The matrix: each model on each kind of work."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.flags import OVER_LIMIT
from bench.analysis.statistics import Estimate
from bench.analysis.verdicts import GAINS, Verdict, decide, estimate_ratio, place

KINDS = {"io": "I/O-bound", "cpu-python": "CPU-bound, Python", "cpu-native": "CPU-bound, C without the GIL"}


@dataclass(frozen=True)
class MatrixCell:
    """A model on a kind of work: the geometric mean over that kind's families, block by block."""

    runner: str
    kind: str
    speedup: Estimate
    verdict: Verdict
    possible: float | None  # the speed-up that this model could reach; see ``Row.possible``
    workloads: list[str]  # one a family: its fastest client under this model
    clients: list[str]  # theirs, of those that have one
    ratios: Mapping[int, float]  # by block

    @property
    def wins(self) -> bool:
        """Whether the model gains something: beyond doubt, or, where blocks are few, in every block."""
        if self.verdict is Verdict.INDICATIVE:
            return self.speedup.low > GAINS
        return self.verdict is Verdict.FASTER and self.speedup.median > GAINS

    @property
    def gains_nothing(self) -> bool:
        """Whether it is shown not to gain: or, where blocks are few, gained in none of them."""
        if self.verdict is Verdict.INDICATIVE:
            return self.speedup.high < GAINS
        small = self.verdict is Verdict.FASTER and self.speedup.high < GAINS
        return small or self.verdict in (Verdict.NO_GAIN, Verdict.EQUIVALENT, Verdict.SLOWER)


def leaders(cells: Sequence[MatrixCell], threshold: float) -> list[MatrixCell]:
    """The fastest of the models that won, and those of them that are tied with it: paired block by block,
    at 95 %. Nobody leads where nobody won."""
    winners = [cell for cell in cells if cell.wins]
    if not winners:
        return []
    best = max(winners, key=lambda cell: cell.speedup.median)
    return [best, *(cell for cell in winners if cell is not best and _tied(cell, best, threshold))]


def _tied(cell: MatrixCell, best: MatrixCell, threshold: float) -> bool:
    """Whether ``cell`` is not shown to be slower than ``best``."""
    both = [cell.ratios[block] / best.ratios[block] for block in cell.ratios if block in best.ratios]
    return not both or place(estimate_ratio(both), threshold) is not Verdict.SLOWER


def matrix_of(
    main: pd.DataFrame, threshold: float, over_limit: float = OVER_LIMIT
) -> dict[tuple[str, str], MatrixCell]:
    """Speed-up of each model on each kind of work: per block the geometric mean over the kind's families.

    Models are compared with the same client: that of the family's sync cells. Where a model cannot use it,
    its fastest client stands in, is named, and counts as many times as clients were tried. A limit that a
    speed-up exceeds by more than ``over_limit``, a share, is left out.
    """
    matrix = {}
    usable = main[~main["lesson"].astype(bool) & main["kind"].isin(list(KINDS))]
    baselines = set(usable[usable["runner"] == "sync"]["workload"])
    counted = usable[usable["runner"] != "sync"]
    for kind, of_kind in counted.groupby("kind"):
        families = set(of_kind["family"])
        rivals = of_kind.groupby(["runner", "family"])["workload"].unique()
        chosen, ratios, tries = {}, {}, {}
        for runner, of_runner in of_kind.groupby("runner"):
            medians = of_runner.groupby(["family", "workload"])["speedup"].median().dropna()
            best = [_client_for(family, baselines) for _, family in medians.groupby("family")]
            rows = of_runner[of_runner["workload"].isin(best)]
            means = _geometric_means(rows, "speedup", len(best)) if len(best) == len(families) else {}
            if means:
                chosen[str(runner)], ratios[str(runner)] = rows, means
                tried = [len(labels) for labels in rivals[runner] if not baselines & set(labels)]
                tries[str(runner)] = math.prod(tried)
        verdicts = decide({runner: list(r.values()) for runner, r in ratios.items()}, threshold, tries)
        for runner, rows in chosen.items():
            limits = _geometric_means(rows, "own_limit_speedup", len(families))
            limit = estimate_ratio(list(limits.values())).median if limits else None
            speedup = estimate_ratio(list(ratios[runner].values()))
            contradicted = limit is not None and speedup.median > (1 + over_limit) * limit
            matrix[runner, str(kind)] = MatrixCell(
                runner=runner,
                kind=str(kind),
                speedup=speedup,
                verdict=verdicts[runner],
                possible=None if contradicted else limit,
                workloads=sorted(rows["workload"].unique()),
                clients=list(rows.sort_values("workload")["client"].dropna().unique()),
                ratios=ratios[runner],
            )
    return matrix


def _client_for(medians: pd.Series[float], baselines: set[str]) -> str:
    """The workload that speaks for a model in a family, of those whose median speed-ups these are."""
    labels = [str(label) for _, label in medians.index]
    same = [label for label in labels if label in baselines]
    return same[0] if same else labels[int(medians.to_numpy().argmax())]


def _geometric_means(rows: pd.DataFrame, column: str, families: int) -> dict[int, float]:
    """By block, over the blocks in which every family was measured."""
    known: dict[int, list[float]] = {}
    for block, value in zip(rows["block"].tolist(), rows[column].tolist(), strict=True):
        if not pd.isna(value):
            known.setdefault(block, []).append(value)
    return {
        block: math.exp(sum(map(math.log, values)) / families)
        for block, values in sorted(known.items())
        if len(values) == families
    }
