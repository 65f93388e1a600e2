"""Tables of an application under its set-ups."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.service import LevelFigures, ServiceFigures, SetupFigures
from bench.findings.text.figures import UNKNOWN, binary, duration, interval, significant
from bench.findings.text.service_names import titled

COMFORTABLE = 0.7  # the share of the capacity whose latency the table shows


@dataclass(frozen=True)
class ServiceTable:
    """A table as text. The first column names the set-up."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def capacity_table(figures: ServiceFigures) -> ServiceTable:
    """A row for each set-up: capacity, latency at 70 % of it, CPU time and memory."""
    columns = ("Set-up", "per second", "95 % interval", "in flight", "p99 at 70 %", "CPU", "memory")
    return ServiceTable(columns, [capacity_row(row) for row in figures.setups])


def capacity_row(row: SetupFigures) -> tuple[str, ...]:
    p99 = next((each.p99_s.median for each in row.arrivals if each.share == COMFORTABLE), None)
    return (
        titled(row.setup),
        significant(row.best.rate.median),
        interval(row.best.rate, significant),
        f"{row.best.in_flight}",
        duration(p99),
        duration(row.best.cpu_s.median if row.best.cpu_s else None),
        binary(row.memory.median if row.memory else None),
    )


def level_table(figures: ServiceFigures) -> ServiceTable:
    """A row for each set-up: answers a second by requests in flight."""
    levels = figures.run.levels
    rows = []
    for row in figures.setups:
        by_level = {each.in_flight: each for each in row.levels}
        rows.append((titled(row.setup), *(_rate(by_level.get(level)) for level in levels)))
    return ServiceTable(("per second, in flight", *map(str, levels)), rows)


def _rate(found: LevelFigures | None) -> str:
    return significant(found.rate.median) if found else UNKNOWN
