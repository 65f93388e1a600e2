"""The data frames of a saved run, described where they are offered: in ``bench.report.saved_run``."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from typing import Any

import pandas as pd

from bench.analysis.compare_pairs import compare_pairs
from bench.analysis.summary import Row
from bench.core.errors import UserError
from bench.core.registry import unknown
from bench.core.run import Run
from bench.findings.collect import Findings, collect
from bench.findings.text.notes import flag_sentence
from bench.report.html.figure import Figure, figures
from bench.report.html.notebook import ClaimsFrame, ComparedFrame, SummaryFrame, overview

CELL = (
    *("python", "workload", "family", "client", "kind", "lesson"),
    *("runner", "concurrency", "tasks", "blocks"),
)
SPEEDUP = ("seconds_per_task", "speedup", "low", "high", "level")
OWN = ("cell", "info", "verdict", "flags", *CELL, *SPEEDUP)
OTHERS = [each for each in fields(Row) if each.name not in OWN]
NUMBERS = [*SPEEDUP, *(each.name for each in OTHERS if str(each.type) == "float | None")]


@dataclass(frozen=True)
class Tables:
    """The frames of a run; each is made when it is first asked for."""

    run: Run

    @cached_property
    def findings(self) -> Findings:
        return collect(self.run)

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        return figures(self.findings)

    def figure(self, name: str) -> Figure:
        if not self.figures:
            raise UserError("This run has no figures: it measured nothing that is drawn.")
        if name not in self.figures:
            raise unknown("figure", name, self.figures)
        return self.figures[name]

    @cached_property
    def overview(self) -> str:
        return overview(self.findings, self.figures)

    @cached_property
    def summary(self) -> pd.DataFrame:
        rows = [row for build in self.findings.builds for row in build.summary.rows]
        columns = [*CELL, *SPEEDUP, "verdict", *(each.name for each in OTHERS), "flags"]
        return SummaryFrame(_table(map(_cell, rows), columns).astype(dict.fromkeys(NUMBERS, float)))

    @cached_property
    def claims(self) -> pd.DataFrame:
        rows = [
            (build.name, each.claim.id, each.claim.statement, each.judgement.verdict, each.judgement.because)
            for build in self.findings.builds
            for each in build.judged
        ]
        return ClaimsFrame(_table(rows, ["python", "id", "statement", "verdict", "because"]))

    @cached_property
    def compared(self) -> pd.DataFrame:
        rows = [
            (
                *(c.python, c.cell.workload, c.runner, c.cell.concurrency, c.before, c.after),
                *(c.ratio.median, c.ratio.low, c.ratio.high, c.verdict, c.ratio.n),
            )
            for c in compare_pairs(self.run, self.run.plan.threshold).cells
        ]
        cell = ["python", "workload", "runner", "concurrency", "before", "after"]
        return ComparedFrame(_table(rows, [*cell, "speed", "low", "high", "verdict", "blocks"]))

    @cached_property
    def failures(self) -> pd.DataFrame:
        failed = [(self.run.plan.cell[each.key], each) for each in self.run.failures]
        rows = [
            (
                *(cell.python, cell.workload, cell.runner, cell.study, each.block),
                *(each.stage, each.cause, each.reason),
            )
            for cell, each in failed
        ]
        return _table(rows, ["python", "workload", "runner", "study", "block", "stage", "cause", "reason"])


def _table(rows: Iterable[tuple[Any, ...]], columns: Sequence[str]) -> pd.DataFrame:
    plain = [[str(value) if isinstance(value, StrEnum) else value for value in row] for row in rows]
    return pd.DataFrame(plain, columns=list(columns))


def _cell(row: Row) -> tuple[Any, ...]:
    cell, info, speedup = row.cell, row.info, row.speedup
    about = (cell.python, cell.workload, info.family, info.client, info.kind, info.lesson)
    compared = (speedup.median, speedup.low, speedup.high, speedup.level) if speedup else (None,) * 4
    return (
        *(*about, cell.runner, cell.concurrency, cell.n, row.blocks),
        *(row.seconds_per_task.median, *compared, row.verdict or ""),
        *(getattr(row, each.name) for each in OTHERS),
        "; ".join(map(flag_sentence, row.flags)),
    )
