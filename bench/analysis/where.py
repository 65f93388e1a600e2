"""Where the time went: on a core, waiting for one, or blocked; and when that may be called GIL wait."""

from dataclasses import dataclass

from bench.analysis.flags import FlagKind
from bench.analysis.summary import Row, Summary


@dataclass(frozen=True)
class Share:
    """A cell's threads, over its batch: shares of their time that add up to 1 (medians over the blocks)."""

    row: Row
    on_core: float
    waiting: float  # runnable, waiting for a core
    blocked: float
    gil_wait: bool  # blocked by nothing that can be but the GIL

    @property
    def expected_gil_wait(self) -> float:
        """Share of their time that c threads sharing one GIL must wait: (c - 1) / c."""
        threads = self.row.threads_seen or 1
        return (threads - 1) / threads


def where(summary: Summary) -> list[Share]:
    """Every cell whose threads were read (Linux), in the order of the plan."""
    shares = []
    for row in summary.rows:
        parts = (row.on_core, row.waiting, row.blocked)
        if row.info.kind == "none" or None in parts:
            continue
        on_core, waiting, blocked = (part or 0.0 for part in parts)
        total = on_core + waiting + blocked  # medians need not add up; their shares do
        if total:
            shares.append(
                Share(row, on_core / total, waiting / total, blocked / total, waits_for_gil(row, summary))
            )
    return shares


def waits_for_gil(row: Row, summary: Summary) -> bool:
    """Whether nothing else can block: threads in one process that only compute, on a build whose GIL is on,
    in tasks that are long against what their runner adds. Of a user's own code that is not known: threads
    that shared a lock were blocked half of their time, of which 0.2 % was the GIL."""
    one_gil = {info.name for info in summary.run.plan.runners if info.shares_process and info.shares_gil}
    return (
        row.info.shipped
        and row.info.bound == "cpu"
        and row.cell.runner in one_gil
        and (row.threads_seen or 0) > 1
        and summary.gil is True
        and not any(flag.kind is FlagKind.SHORT_TASK for flag in row.flags)
    )
