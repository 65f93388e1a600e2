"""What claims may look at: a run's figures, block by block, and what its demos showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bench.analysis.statistics import Estimate, estimate_of
from bench.analysis.summary import Summary, figures_by_block
from bench.analysis.verdicts import ratio_of
from bench.core.cell import CALIBRATION
from bench.findings.answer import Answer

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Evidence:
    """A run, and the outcomes of its demos: figures by (demo, model)."""

    summary: Summary
    demos: Mapping[tuple[str, str], Values] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)  # of studies, by name

    def column(self, workload: str, runner: str, name: str) -> Estimate | None:
        """A figure of a cell of the comparison over the blocks; see ``analysis.frame`` for the names."""
        return estimate_of(self.summary.by_block(workload, runner, name))

    def speedup(self, workload: str, runner: str) -> Estimate | None:
        """Speed-up over sync."""
        return ratio_of(self.summary.by_block(workload, runner, "speedup"))

    def of_cores(self, workload: str, runner: str) -> Estimate | None:
        """Speed-up as a share of the effective cores of the same block."""
        rows = self.summary.of(CALIBRATION)
        if rows.empty:
            return None
        cores = figures_by_block(rows, "effective_cores")
        return ratio_of(self.summary.by_block(workload, runner, "speedup") / cores)

    def ratio(self, name: str, one: tuple[str, str], other: tuple[str, str]) -> Estimate | None:
        """A figure of one cell by that of another, paired in blocks."""
        return ratio_of(self.summary.by_block(*one, name) / self.summary.by_block(*other, name))

    def of_in_flight(self, workload: str, runner: str) -> Estimate | None:
        """Speed-up as a share of the tasks admitted at once."""
        return self.of_admitted(workload, runner, "speedup")

    def of_admitted(self, workload: str, runner: str, figure: str = "in_flight") -> Estimate | None:
        """A figure, such as the mean tasks in flight, as a share of the tasks admitted at once."""
        by_block = self.summary.by_block
        return estimate_of(by_block(workload, runner, figure) / by_block(workload, runner, "concurrency"))

    def rung(self, figure: str, name: str) -> Estimate | None:
        """A figure ("seconds" or "memory") of a rung of the cost ladder."""
        return estimate_of(self._rung(figure, name))

    def rung_ratio(self, figure: str, one: str, other: str) -> Estimate | None:
        """A figure ("seconds" or "memory") of one rung of the cost ladder by that of another, paired."""
        return estimate_of(self._rung(figure, one) / self._rung(figure, other))

    def labels(self, name: str) -> list[str]:
        """The workloads of that name, whatever their client."""
        return [info.label for info in self.summary.run.plan.workloads if info.name == name]

    def answer(self, study: str) -> Answer | None:
        """What a study says, if this run has it."""
        return self.answers.get(study)

    def sharing_runners(self) -> list[str]:
        """The models whose workers live in one process."""
        return [runner.name for runner in self.summary.run.plan.runners if runner.shares_process]

    def demo(self, name: str, model: str) -> Values:
        """What a demo showed; empty when it did not run."""
        return self.demos.get((name, model), {})

    def _rung(self, figure: str, name: str) -> pd.Series[float]:
        rows = self.summary.of("ladder")
        if rows.empty or figure not in rows or "rung" not in rows:
            return pd.Series(dtype=float)
        return figures_by_block(rows[rows["rung"] == name], figure)
