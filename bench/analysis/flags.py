"""What a reader should know before trusting a cell: the rules of the method that it comes near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pandas as pd

DISPATCHES_PER_TASK = 100
TIMER_ERRORS_PER_SLEEP = 20
BUSIEST_SERVICE = 0.70  # of a core
LONGEST_STALL = 0.10  # of the batch
OVER_LIMIT = 1.03


@dataclass(frozen=True)
class Context:
    """What a flag may look at beside its cell's rows."""

    dispatch_s: Mapping[str, float]  # by runner: what a task with no work in it costs
    timer_error_s: float | None


Rule = Callable[[pd.DataFrame, Context], str | None]


def short_task(rows: pd.DataFrame, context: Context) -> str | None:
    """A task must be long against what its runner adds to it."""
    runner = rows["runner"].iloc[0]
    task, dispatch = rows["baseline_s"].median(), context.dispatch_s.get(str(runner))
    if rows["kind"].iloc[0] == "none" or dispatch is None or not task < DISPATCHES_PER_TASK * dispatch:
        return None
    bound = f"{DISPATCHES_PER_TASK} times what {runner} adds to it"
    return f"short task: {_ms(task)} is less than {bound} ({_ms(dispatch)})"


def short_wait(rows: pd.DataFrame, context: Context) -> str | None:
    """A wait must be long against the timer's error."""
    wait, error = rows["wait_s"].iloc[0], context.timer_error_s
    if not wait or error is None or wait >= TIMER_ERRORS_PER_SLEEP * error:
        return None
    bound = f"{TIMER_ERRORS_PER_SLEEP} times the timer's error"
    return f"short wait: {_ms(wait)} is less than {bound} ({_ms(error)})"


def busy_service(rows: pd.DataFrame, _: Context) -> str | None:
    """The server must not be what is measured."""
    for name, shares in _services(rows, "cpu_share").items():
        busy = shares[shares > BUSIEST_SERVICE]
        if len(busy):
            return f"the {name} server was busy: {busy.max():.0%} of a core {_blocks(busy, rows)}"
    return None


def stalled_service(rows: pd.DataFrame, _: Context) -> str | None:
    """Nor the moments in which it stood still; where they were long, the cell is void."""
    for name, stalls in _services(rows, "stalled_s").items():
        long = stalls[stalls > LONGEST_STALL * rows.loc[stalls.index, "wall_s"]]
        if len(long):
            return f"the {name} server stood still for up to {_ms(long.max())} {_blocks(long, rows)}"
    return None


def idle_slots(rows: pd.DataFrame, _: Context) -> str | None:
    """The tasks admitted should really be in flight at the service."""
    wanted = min(rows["concurrency"].iloc[0], rows["n"].iloc[0])
    for name, peaks in _services(rows, "peak_in_flight").items():
        low = peaks[peaks < wanted]
        if len(low):
            peak = f"{low.min():.0f} of {wanted} requests"
            return f"{peak} were in flight at the {name} server {_blocks(low, rows)}"
    return None


def new_connections(rows: pd.DataFrame, _: Context) -> str | None:
    """Connections are opened in the warm-up, not in the batch."""
    for name, opened in _services(rows, "connections_opened").items():
        new = opened[opened > 0]
        if len(new):
            return f"{new.max():.0f} connections to the {name} server were opened {_blocks(new, rows)}"
    return None


def over_limit(rows: pd.DataFrame, _: Context) -> str | None:
    """Nothing is faster than physics: if it seems so, something was not measured as it should be."""
    efficiency = rows["efficiency"].median()
    return f"check: {efficiency:.0%} of the limit" if efficiency > OVER_LIMIT else None


def changing_answers(rows: pd.DataFrame, _: Context) -> str | None:
    """The same tasks give the same answers in every block."""
    return "check: its answers changed from block to block" if rows["digest"].nunique() > 1 else None


RULES: tuple[Rule, ...] = (
    short_task,
    short_wait,
    busy_service,
    stalled_service,
    idle_slots,
    new_connections,
    over_limit,
    changing_answers,
)


def flags(rows: pd.DataFrame, context: Context) -> list[str]:
    """The flags of one cell, from its observations."""
    return [flag for rule in RULES if (flag := rule(rows, context))]


def _services(rows: pd.DataFrame, what: str) -> dict[str, pd.Series[float]]:
    """What the services said of the blocks in which they said it, by service."""
    columns = {str(name)[: -len(what) - 1]: name for name in rows.columns if str(name).endswith(f"_{what}")}
    return {name: pd.to_numeric(rows[column]).dropna() for name, column in columns.items()}


def _blocks(some: pd.Series[float], rows: pd.DataFrame) -> str:
    return f"in {len(some)} of {len(rows)} blocks"


def _ms(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms"
