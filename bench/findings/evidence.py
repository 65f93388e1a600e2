"""What claims may look at: a run's figures, block by block, and what its demos showed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bench.analysis.builds import build_of
from bench.analysis.statistics import Estimate, estimate
from bench.analysis.summary import Summary
from bench.core.records import CALIBRATION, MAIN
from bench.findings.answer import Answer

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Evidence:
    """A run, and the outcomes of its demos: figures by (demo, model)."""

    summary: Summary
    demos: Mapping[tuple[str, str], Values] = field(default_factory=dict)
    answers: Mapping[str, Answer] = field(default_factory=dict)  # of studies, by name
    beside: Sequence[Summary] = ()  # the run's other builds

    def column(self, workload: str, runner: str, name: str) -> Estimate | None:
        """A figure of a cell of the comparison over the blocks; see ``analysis.frame`` for the names."""
        rows = self._rows(workload, runner)
        return _estimate(rows[name]) if len(rows) and name in rows else None

    def speedup(self, workload: str, runner: str) -> Estimate | None:
        """Speed-up over sync."""
        return self.column(workload, runner, "speedup")

    def of_cores(self, workload: str, runner: str) -> Estimate | None:
        """Speed-up as a share of the effective cores of the same block."""
        rows = self._rows(workload, runner)
        if rows.empty:
            return None
        cores = self._cores()
        return _estimate(rows.set_index("block")["speedup"] / cores)

    def ratio(self, name: str, one: tuple[str, str], other: tuple[str, str]) -> Estimate | None:
        """A figure of one cell by that of another, paired in blocks."""
        first, second = self._rows(*one), self._rows(*other)
        if first.empty or second.empty or name not in first:
            return None
        return _estimate(_by_block(first, name) / _by_block(second, name))

    def of_in_flight(self, workload: str, runner: str) -> Estimate | None:
        """Speed-up as a share of the tasks admitted at once."""
        rows = self._rows(workload, runner)
        return _estimate(rows["speedup"] / rows["concurrency"]) if len(rows) else None

    def of_admitted(self, workload: str, runner: str) -> Estimate | None:
        """Mean tasks in flight as a share of the tasks admitted at once."""
        rows = self._rows(workload, runner)
        return _estimate(rows["in_flight"] / rows["concurrency"]) if len(rows) else None

    def rung(self, figure: str, name: str) -> Estimate | None:
        """A figure ("seconds" or "memory") of a rung of the cost ladder."""
        rows = self.summary.of("ladder")
        if rows.empty or figure not in rows or "rung" not in rows:
            return None
        return _estimate(rows[rows["rung"] == name][figure])

    def rung_ratio(self, figure: str, one: str, other: str) -> Estimate | None:
        """A figure ("seconds" or "memory") of one rung of the cost ladder by that of another, paired."""
        rows = self.summary.of("ladder")
        if rows.empty or figure not in rows or "rung" not in rows:
            return None
        first, second = (_by_block(rows[rows["rung"] == rung], figure) for rung in (one, other))
        return _estimate(first / second)

    def labels(self, name: str) -> list[str]:
        """The workloads of that name, whatever their client."""
        return [info.label for info in self.summary.run.plan.workloads if info.name == name]

    def answer(self, study: str) -> Answer | None:
        """What a study says, if this run has it."""
        return self.answers.get(study)

    def sharing_runners(self) -> list[str]:
        """The models whose workers live in one process."""
        return [runner.name for runner in self.summary.run.plan.runners if runner.shares_process]

    def with_gil(self) -> Summary | None:
        """The GIL build of this build's version, where the run has it."""
        version = build_of(self.summary).version
        same = (other for other in self.beside if build_of(other).version == version)
        return next((other for other in same if not build_of(other).free_threaded_build), None)

    def demo(self, name: str, model: str) -> Values:
        """What a demo showed; empty when it did not run."""
        return self.demos.get((name, model), {})

    def _rows(self, workload: str, runner: str) -> pd.DataFrame:
        table = self.summary.table
        if table.empty:
            return table
        return table[(table["study"] == MAIN) & (table["workload"] == workload) & (table["runner"] == runner)]

    def _cores(self) -> pd.Series[float]:
        table = self.summary.table
        return _by_block(table[table["study"] == CALIBRATION], "effective_cores")


def _by_block(rows: pd.DataFrame, name: str) -> pd.Series[float]:
    return pd.to_numeric(rows.set_index("block")[name], errors="coerce")


def _estimate(values: pd.Series[Any]) -> Estimate | None:
    known = [float(value) for value in pd.to_numeric(values, errors="coerce").dropna()]
    return estimate(known) if known else None
