"""The table of all measurements: its columns, and what each says of a row."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.analysis.summary import Row
from bench.findings.text.figures import UNKNOWN, ratio, significant
from bench.report.html.verdicts import sign

Number = Callable[[Row], float | None]


@dataclass(frozen=True)
class Column:
    """A column. ``text`` gives words, ``number`` a figure with ``show`` to write it."""

    name: str
    text: Callable[[Row], str] | None = None
    number: Number | None = None
    show: Callable[[float], str] = significant
    hint: str = ""

    def cell(self, row: Row) -> Cell:
        """What it says of a row."""
        if self.number is None:
            return Cell(self.text(row) if self.text else "", None)
        value = self.number(row)
        if value is None or not math.isfinite(value):
            return Cell(UNKNOWN, "")
        return Cell(self.show(value), f"{value:.6g}")


@dataclass(frozen=True)
class Cell:
    """A cell's text, and the number behind it: "" is an unknown number, None is no number at all."""

    text: str
    value: str | None


@dataclass(frozen=True)
class Line:
    """A row of the table."""

    runner: str
    cells: Sequence[Cell]


def columns(rows: Sequence[Row]) -> list[Column]:
    """The columns that they have something to say in."""
    several = len({row.cell.python for row in rows}) > 1
    return [column for column in COLUMNS if several or column.name != "Python"]


def measurements(rows: Sequence[Row]) -> list[Line]:
    """A line for each row of a summary, or of several."""
    shown = columns(rows)
    return [Line(row.cell.runner, [column.cell(row) for column in shown]) for row in rows]


def _client(row: Row) -> str:
    if row.info.client is None:
        return UNKNOWN
    extension = "" if row.client_extension is not False else ", without its C extension"
    return f"{row.info.client} {row.client_version or ''}".rstrip() + extension


def _verdict(row: Row) -> str:
    if row.is_baseline:
        return "baseline"
    return f"{sign(row.verdict).glyph} {row.verdict}" if row.verdict else UNKNOWN


def _speedup(row: Row) -> float | None:
    return row.speedup.median if row.speedup else (1.0 if row.is_baseline else None)


def _end(row: Row, end: str) -> float | None:
    return getattr(row.speedup, end) if row.speedup else None


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _figure(name: str, number: Number, hint: str = "", show: Callable[[float], str] = significant) -> Column:
    return Column(name, number=number, show=show, hint=hint)


COLUMNS = (
    Column("Workload", lambda row: row.cell.workload),
    Column("Client", _client),
    Column("Model", lambda row: row.cell.runner),
    Column("Python", lambda row: row.cell.python),
    _figure("Concurrency", lambda row: row.cell.concurrency, "Tasks admitted at once", _whole),
    _figure("Tasks", lambda row: row.cell.n, "Tasks in the timed batch of one block", _whole),
    _figure("ms per task", lambda row: 1e3 * row.seconds_per_task.median, "Batch wall time / tasks"),
    _figure("Tasks/s", lambda row: 1 / row.seconds_per_task.median),
    _figure("Speed-up", _speedup, "Seconds per task, sync over model, same block", ratio),
    _figure("Low", lambda row: _end(row, "low"), "Speed-up: low end of its interval", ratio),
    _figure("High", lambda row: _end(row, "high"), "Speed-up: high end of its interval", ratio),
    Column("Verdict", _verdict),
    _figure("Limit", lambda row: row.limit_speedup, "The most that any scheduler could reach", ratio),
    _figure("% of limit", lambda row: _times(100, row.efficiency), "Limit / measured seconds per task"),
    _figure("CPU ms per task", lambda row: _times(1e3, row.cpu_per_task_s), "Every process of the pool"),
    _figure("In flight", lambda row: row.in_flight, "Concurrency reached: latencies / wall time"),
    _figure("Cores used", lambda row: row.cores_used, "Parallelism reached: CPU time / wall time"),
    _figure("Start-up ms", lambda row: _times(1e3, row.startup_s), "Until every worker was ready"),
    _figure("Memory MiB", lambda row: _times(2**-20, row.memory_peak), "Sum of the processes' peaks"),
    _figure("p50 ms", lambda row: _times(1e3, row.p50_s), "Half of the tasks took no longer"),
    _figure("p95 ms", lambda row: _times(1e3, row.p95_s), "95 % of the tasks took no longer"),
    _figure("p99 ms", lambda row: _times(1e3, row.p99_s), "Only from 1,000 tasks in a batch"),
    _figure("Blocks", lambda row: row.blocks, "Fresh processes behind the row", _whole),
    Column("Flags", lambda row: "; ".join(row.flags)),
)
