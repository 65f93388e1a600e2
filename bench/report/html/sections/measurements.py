"""The columns of the table of all measurements."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.analysis.summary import Row
from bench.findings.answer import Column
from bench.findings.text.figures import UNKNOWN, ratio, significant
from bench.findings.text.notes import flag_sentence
from bench.report.signs import sign

Number = Callable[[Row], float | None]


@dataclass(frozen=True)
class Measurement(Column[Row]):
    """A column; one of figures has the number behind its text, by which a reader can sort."""

    number: Number | None = None
    hint: str = ""
    word: Callable[[Row], str] | None = None  # for a spreadsheet, where the text has a sign

    def value(self, row: Row) -> str | None:
        """The number in full: "" where it is unknown, None in a column of words."""
        if self.number is None:
            return None
        value = self.number(row)
        return f"{value:.6g}" if value is not None and math.isfinite(value) else ""

    def plain(self, row: Row) -> str:
        """The text without signs: "" where it is unknown."""
        text = (self.word or self.text)(row)
        return "" if text == UNKNOWN else text


def columns(rows: Sequence[Row]) -> list[Measurement]:
    """The columns that they have something to say in."""
    several = len({row.cell.python for row in rows}) > 1
    return [column for column in COLUMNS if several or column.title != "Python"]


def _client(row: Row) -> str:
    if row.info.client is None:
        return UNKNOWN
    extension = "" if row.client_extension is not False else ", without its C extension"
    return f"{row.info.client} {row.client_version or ''}".rstrip() + extension


def _verdict(row: Row) -> str:
    return f"{sign(row.verdict).glyph} {_word(row)}" if row.verdict else _word(row)


def _word(row: Row) -> str:
    if row.is_baseline:
        return "baseline"
    return sign(row.verdict).word if row.verdict else UNKNOWN


def _speedup(row: Row) -> float | None:
    return row.speedup.median if row.speedup else (1.0 if row.is_baseline else None)


def _end(row: Row, end: str) -> float | None:
    return getattr(row.speedup, end) if row.speedup else None


def _times(factor: float, value: float | None) -> float | None:
    return None if value is None else factor * value


def _whole(value: float | None) -> str:
    return UNKNOWN if value is None else f"{value:,.0f}"


def _figure(
    title: str, number: Number, hint: str = "", show: Callable[[float | None], str] = significant
) -> Measurement:
    return Measurement(title, lambda row: show(number(row)), number=number, hint=hint)


COLUMNS = (
    Measurement("Workload", lambda row: row.cell.workload),
    Measurement("Client", _client),
    Measurement("Model", lambda row: row.cell.runner),
    Measurement("Python", lambda row: row.cell.python),
    _figure("Concurrency", lambda row: row.cell.concurrency, "Tasks allowed in flight", _whole),
    _figure("Tasks", lambda row: row.cell.n, "Tasks in the timed batch of one block", _whole),
    _figure("ms per task", lambda row: 1e3 * row.seconds_per_task.median, "Of the steady part of a batch"),
    _figure(
        "Start and tail ms", lambda row: _times(1e3, row.fill_and_drain_s), "Time to fill and drain the slots"
    ),
    _figure("Tasks/s", lambda row: 1 / row.seconds_per_task.median),
    _figure("Speed-up", _speedup, "Seconds per task, sync over model, same block", ratio),
    _figure("Low", lambda row: _end(row, "low"), "Speed-up: low end of its interval", ratio),
    _figure("High", lambda row: _end(row, "high"), "Speed-up: high end of its interval", ratio),
    Measurement("Verdict", _verdict, word=_word),
    _figure("Limit", lambda row: row.limit_speedup, "The highest that any scheduler could reach here", ratio),
    _figure("Own limit", lambda row: row.own_limit_speedup, "The highest that this model could reach", ratio),
    _figure("% of limit", lambda row: _times(100, row.efficiency), "Limit / measured seconds per task"),
    _figure("CPU ms per task", lambda row: _times(1e3, row.cpu_per_task_s), "Of all processes of the pool"),
    _figure("In flight", lambda row: row.in_flight, "Mean number of tasks in flight: latencies / wall time"),
    _figure("Cores used", lambda row: row.cores_used, "CPU time / wall time"),
    _figure("Start-up ms", lambda row: _times(1e3, row.startup_s), "Until every worker was ready"),
    _figure("Memory MiB", lambda row: _times(2**-20, row.memory_peak), "Sum of the processes' peaks"),
    _figure("p50 ms", lambda row: _times(1e3, row.p50_s), "Half of the tasks took no longer than this"),
    _figure("p95 ms", lambda row: _times(1e3, row.p95_s), "95 % of the tasks took no longer"),
    _figure("p99 ms", lambda row: _times(1e3, row.p99_s), "Only from 1,000 tasks in a batch"),
    _figure("Blocks", lambda row: row.blocks, "Fresh processes behind the row", _whole),
    Measurement("Flags", lambda row: "; ".join(map(flag_sentence, row.flags))),
)
