"""A saved run as data frames: what ``bench.load`` gives, and ``bench.run``."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.core.records import Plan, Run

if TYPE_CHECKING:
    import pandas as pd

    from bench.analysis.builds import Builds
    from bench.analysis.summary import Row

CELL = (
    "python",
    "workload",
    "family",
    "client",
    "kind",
    "lesson",
    "runner",
    "concurrency",
    "tasks",
    "blocks",
)
COMPARED = ("seconds_per_task", "speedup", "low", "high", "level")
CLAIMS = ("python", "id", "statement", "verdict", "because")
PAIRS = (
    *("python", "workload", "runner", "concurrency", "before", "after"),
    *("ratio", "low", "high", "verdict", "blocks"),
)
FAILURES = ("python", "workload", "runner", "study", "block", "stage", "reason")


@dataclass(frozen=True, repr=False, eq=False)
class SavedRun:
    """A run, as it is saved. Its frames are made when they are first asked for."""

    record: Run

    @property
    def folder(self) -> Path:
        """Where it is."""
        return Path(self.record.folder)

    @property
    def plan(self) -> Plan:
        """What was decided beforehand: machine, interpreters, cells, seed; ``status`` says how it ended."""
        return self.record.plan

    @cached_property
    def frame(self) -> pd.DataFrame:
        """A row for each observation: a cell in a block, one fresh process. Columns and units are described
        in ``bench.analysis.frame``; a run without observations has none."""
        from bench.analysis.frame import frame

        return frame(self.record)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """A row for each cell of the comparison, over all blocks. What is not known is missing (``isna``).

        ==================================== ============================================================
        ``python``                           the interpreter, as the run calls it
        ``workload``, ``family``, ``client`` "http[httpx]", "http", "httpx"
        ``kind``, ``lesson``                 "io", "cpu-python" ...; whether it is shown for what it teaches
        ``runner``, ``concurrency``          the model, and the tasks in flight
        ``tasks``, ``blocks``                in each batch; in how many it was measured
        ``seconds_per_task``                 median over the blocks
        ``speedup``, ``low``, ``high``       over sync in the same block: median and interval
        ``level``                            the interval's confidence: 0.95 or more, or that of few blocks
        ``verdict``                          "faster", "slower", "equivalent", "unresolved" or "indicative"
                                             (too few blocks); "" for sync
        ``limit_speedup``, ``efficiency``    the most that is possible; how much of it was reached
        ``p50_s``, ``p95_s``, ``p99_s``      latencies over all blocks, in seconds
        ``flags``                            what to know before trusting the cell, by semicolons
        ==================================== ============================================================

        The others are those of ``frame``, medians or what was seen first: ``cpu_per_task_s``, ``startup_s``,
        ``memory_peak``, ``client_version`` ...
        """
        import pandas as pd

        from bench.analysis.summary import Row

        others = [
            each for each in fields(Row) if each.name not in ("cell", "info", "flags", *CELL, *COMPARED)
        ]
        names = [each.name for each in others]
        rows = [
            (*_cell(row), *_compared(row), *(getattr(row, name) for name in names), "; ".join(row.flags))
            for summary in self._builds.summaries
            for row in summary.rows
        ]
        table = pd.DataFrame(rows, columns=[*CELL, *COMPARED, *names, "flags"])
        numbers = [each.name for each in others if each.type == "float | None"]
        return table.astype(dict.fromkeys([*COMPARED, *numbers], float))

    @cached_property
    def claims(self) -> pd.DataFrame:
        """What is said of concurrency in Python, judged by this run: ``python``, ``id``, ``statement``,
        ``verdict`` ("supported", "refuted", "partly", "unresolved", "not measured"), ``because``."""
        import pandas as pd

        from bench.analysis.builds import build_of
        from bench.findings.collect import findings

        builds = self._builds
        rows = [
            (build_of(summary).name, each.claim.id, each.claim.statement, said.verdict, said.because)
            for summary in builds.summaries
            for each in findings(summary, builds.beside(summary)).judged
            for said in [each.judgement]
        ]
        return pd.DataFrame(rows, columns=list(CLAIMS))

    @cached_property
    def compared(self) -> pd.DataFrame:
        """A row for each cell of a run over two revisions or several builds, compared within its blocks:
        ``python`` (the build, where there are several), ``workload``, ``runner``, ``concurrency``, ``before``
        and ``after`` (median seconds per task), ``ratio`` (after by before), ``low``, ``high``, ``verdict``
        ("slower", "faster", "equivalent", "unresolved", "indicative"), ``blocks``."""
        import pandas as pd

        from bench.analysis.compare_pairs import compare_pairs

        rows = [
            (
                *(c.python, c.cell.workload, c.runner, c.cell.concurrency, c.before, c.after),
                *(c.ratio.median, c.ratio.low, c.ratio.high, c.verdict, c.ratio.n),
            )
            for c in compare_pairs(self.record, self.plan.threshold).cells
        ]
        return pd.DataFrame(rows, columns=list(PAIRS))

    @cached_property
    def failures(self) -> pd.DataFrame:
        """A row for each cell that gave nothing in a block: ``python``, ``workload``, ``runner``, ``study``,
        ``block``, ``stage``, ``reason``."""
        import pandas as pd

        failed = [(self.plan.cell[each.key], each) for each in self.record.failures]
        rows = [
            (cell.python, cell.workload, cell.runner, cell.study, each.block, each.stage, each.reason)
            for cell, each in failed
        ]
        return pd.DataFrame(rows, columns=list(FAILURES))

    @cached_property
    def _builds(self) -> Builds:
        from bench.analysis.builds import by_build

        return by_build(self.record)

    def __repr__(self) -> str:
        what = f"{len(self.plan.cells)} cells, {len(self.record.observations)} observations"
        return f"<bench run {self.record.folder!r}, {self.plan.status}: {what}>"


def _cell(row: Row) -> tuple[Any, ...]:
    cell, info = row.cell, row.info
    about = (cell.python, cell.workload, info.family, info.client, info.kind, info.lesson)
    return (*about, cell.runner, cell.concurrency, cell.n, row.blocks)


def _compared(row: Row) -> tuple[float | None, ...]:
    seconds, speedup = row.seconds_per_task.median, row.speedup
    if speedup is None:
        return (seconds, None, None, None, None)
    return (seconds, speedup.median, speedup.low, speedup.high, speedup.level)


def load(path: str | os.PathLike[str] = "reports/latest") -> SavedRun:
    """Read the folder of a run. Raises UserError saying what is wrong with it."""
    from bench.storage.run_folder import load_run

    return SavedRun(load_run(Path(path)))
