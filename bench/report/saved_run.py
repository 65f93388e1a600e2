"""A saved run as data frames: the result of ``bench.load`` and ``bench.run``."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bench.core.run import Plan, Run

if TYPE_CHECKING:  # pandas, which ``import bench`` must not load
    import pandas as pd

    from bench.findings.collect import Findings
    from bench.report.html.figure import Figure
    from bench.report.tables import Tables


@dataclass(frozen=True, repr=False, eq=False)
class SavedRun:
    """A saved run. Its data frames are built on first access."""

    record: Run

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return Path(self.record.folder)

    @property
    def plan(self) -> Plan:
        """The plan: machine, interpreters, cells, seed; ``status`` says how the run ended."""
        return self.record.plan

    @property
    def findings(self) -> Findings:
        """The findings, computed once; see ``bench.findings.collect``."""
        return self._tables.findings

    @property
    def frame(self) -> pd.DataFrame:
        """A row for each observation: a cell in a block, one fresh process. Columns and units are described
        in ``bench.analysis.frame``; a run without observations has none."""
        return self.findings.frame

    @property
    def summary(self) -> pd.DataFrame:
        """A row for each cell of the comparison, over all blocks. Unknown values are missing (``isna``).

        ==================================== ============================================================
        ``python``                           the interpreter, as the run calls it
        ``workload``, ``family``, ``client`` "http[httpx]", "http", "httpx"
        ``kind``, ``lesson``                 "io", "cpu-python" ...; whether it shows a mistake
        ``runner``, ``concurrency``          the model, and the tasks in flight
        ``tasks``, ``blocks``                tasks in each batch; blocks measured
        ``seconds_per_task``                 median over the blocks
        ``speedup``, ``low``, ``high``       over sync in the same block: median and interval
        ``level``                            the interval's confidence: 0.95 or more, less with few blocks
        ``verdict``                          "faster", "slower", "no gain", "equivalent", "unresolved" or
                                             "indicative" (too few blocks); "" for sync
        ``limit_speedup``, ``efficiency``    the most that any scheduler could reach; the share reached
        ``own_limit_speedup``                the most that this model could reach with its client
        ``p50_s``, ``p95_s``, ``p99_s``      latencies, in seconds: the median over the blocks
        ``flags``                            caveats about the cell, separated by semicolons
        ==================================== ============================================================

        The other columns are those of ``frame``, as medians or first values: ``cpu_per_task_s``,
        ``startup_s``, ``memory_peak``, ``client_version`` ...
        """
        return self._tables.summary

    @property
    def claims(self) -> pd.DataFrame:
        """Common claims about concurrency in Python, judged by this run: ``python``, ``id``, ``statement``,
        ``verdict`` ("supported", "refuted", "partly", "unresolved", "not measured"), ``because``."""
        return self._tables.claims

    @property
    def compared(self) -> pd.DataFrame:
        """A row for each cell of a run over two revisions or several builds, compared within its blocks:
        ``python`` (the build, where there are several), ``workload``, ``runner``, ``concurrency``, ``before``
        and ``after`` (median seconds per task), ``speed`` (of after relative to before: above 1 is faster),
        ``low``, ``high``, ``verdict`` ("slower", "faster", "equivalent", "unresolved", "indicative"),
        ``blocks``."""
        return self._tables.compared

    @property
    def failures(self) -> pd.DataFrame:
        """A row for each cell without a result in a block: ``python``, ``workload``, ``runner``, ``study``,
        ``block``, ``stage``, ``cause`` (None in runs from before it was recorded), ``reason``."""
        return self._tables.failures

    def figure(self, name: str) -> Figure:
        """A figure of the report; notebooks display it, and its ``svg`` is a standalone document. ``name`` is
        a study ("turns", "where" ...), "speedup", or "compared" for a run over revisions or several builds.

        Raises UserError for an unknown name, listing those that the run has.
        """
        return self._tables.figure(name)

    def _repr_html_(self) -> str:
        return self._tables.overview

    @cached_property
    def _tables(self) -> Tables:
        from bench.report.tables import Tables  # pandas, which `import bench` must not load

        return Tables(self.record)

    def __repr__(self) -> str:
        what = f"{len(self.plan.cells)} cells, {len(self.record.observations)} observations"
        return f"<bench run {self.record.folder!r}, {self.plan.status}: {what}>"


def load(path: str | os.PathLike[str] | None = None) -> SavedRun:
    """Read the folder of a run, by default the latest. Raises UserError if it cannot be read."""
    from bench.report.which import load_named  # msgspec, which `import bench` must not load

    return SavedRun(load_named(path))
