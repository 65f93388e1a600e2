"""What a reader should know before trusting a cell: the rules of the method that it comes near."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from bench.analysis.frame import median

DISPATCHES_PER_TASK = 100
TIMER_ERRORS_PER_SLEEP = 20
BUSIEST_SERVICE = 0.70  # of a core
LONGEST_STALL = 0.10  # of the batch
OVER_LIMIT = 0.03  # at least; as much as the run's noise where that is more
BEYOND_CORES = 1.25  # of the cores: the sync cell of a busy machine waits for its core, too


class FlagKind(StrEnum):
    """A rule of the method that a cell comes near."""

    SHORT_TASK = "short task"  # against what its runner adds to it
    SHORT_WAIT = "short wait"  # against the timer's error
    BUSY_SERVICE = "busy service"
    STALLED_SERVICE = "stalled service"
    IDLE_SLOTS = "idle slots"  # fewer requests in flight at the server than tasks
    NEW_CONNECTIONS = "new connections"  # opened within the batch
    OVER_LIMIT = "over the limit"
    IMPOSSIBLE_LIMIT = "impossible limit"  # of computing, above the number of cores
    CHANGING_ANSWERS = "changing answers"


@dataclass(frozen=True)
class Flag:
    """A rule, and the figures that come near it. ``findings.text.flags`` has the sentence."""

    kind: FlagKind
    value: float = 0.0  # the farthest that was seen
    bound: float = 0.0  # what it is held against
    name: str = ""  # of the runner or the service
    blocks: tuple[int, int] = (0, 0)  # those in which it was so, and all


@dataclass(frozen=True)
class Context:
    """What a flag may look at beside its cell's rows."""

    dispatch_s: Mapping[str, float]  # by runner: what a task with no work in it costs
    timer_error_s: float | None
    cores: int
    over_limit: float = OVER_LIMIT  # the share above a limit that noise explains


DOUBTED_LIMITS = (FlagKind.OVER_LIMIT, FlagKind.IMPOSSIBLE_LIMIT)

Rule = Callable[[pd.DataFrame, Context], Flag | None]


def short_task(rows: pd.DataFrame, context: Context) -> Flag | None:
    """A task must be long against what its runner adds to it."""
    runner = str(rows["runner"].iloc[0])
    task, dispatch = median(rows["baseline_s"]), context.dispatch_s.get(runner)
    if rows["kind"].iloc[0] == "none" or task is None or dispatch is None:
        return None
    if task >= DISPATCHES_PER_TASK * dispatch:
        return None
    return Flag(FlagKind.SHORT_TASK, task, dispatch, runner)


def short_wait(rows: pd.DataFrame, context: Context) -> Flag | None:
    """A wait must be long against the timer's error."""
    wait, error = rows["wait_s"].iloc[0], context.timer_error_s
    if not wait or error is None or wait >= TIMER_ERRORS_PER_SLEEP * error:
        return None
    return Flag(FlagKind.SHORT_WAIT, wait, error)


def busy_service(rows: pd.DataFrame, _: Context) -> Flag | None:
    """The server must not be what is measured."""
    return _of_service(
        FlagKind.BUSY_SERVICE, rows, "cpu_share", lambda shares: shares > BUSIEST_SERVICE, BUSIEST_SERVICE
    )


def stalled_service(rows: pd.DataFrame, _: Context) -> Flag | None:
    """Nor the moments in which it stalled; if they were long, the cell is void."""
    longest = LONGEST_STALL * rows["wall_s"]
    return _of_service(
        FlagKind.STALLED_SERVICE, rows, "stalled_s", lambda stalls: stalls > longest[stalls.index]
    )


def idle_slots(rows: pd.DataFrame, _: Context) -> Flag | None:
    """As many requests as tasks should be in flight at the service."""
    wanted = min(rows["concurrency"].iloc[0], rows["n"].iloc[0])
    return _of_service(FlagKind.IDLE_SLOTS, rows, "peak_in_flight", lambda peaks: peaks < wanted, wanted)


def new_connections(rows: pd.DataFrame, _: Context) -> Flag | None:
    """Connections are opened in the warm-up, not in the batch."""
    return _of_service(FlagKind.NEW_CONNECTIONS, rows, "connections_opened", lambda opened: opened > 0)


def over_limit(rows: pd.DataFrame, context: Context) -> Flag | None:
    """Nothing is faster than physics: if it seems so, something was not measured as it should be."""
    reached, most = median(rows["own_limit_s"] / rows["seconds_per_task"]), 1 + context.over_limit
    return Flag(FlagKind.OVER_LIMIT, reached, most) if reached is not None and reached > most else None


def impossible_limit(rows: pd.DataFrame, context: Context) -> Flag | None:
    """What computes can be as many times as fast as there are cores: a higher limit is that of tasks which
    wait for something, or of CPU time that was not counted."""
    limit, most = median(rows["limit_speedup"]), BEYOND_CORES * context.cores
    if rows["bound"].iloc[0] != "cpu" or limit is None or limit <= most:
        return None
    return Flag(FlagKind.IMPOSSIBLE_LIMIT, limit, context.cores)


def changing_answers(rows: pd.DataFrame, _: Context) -> Flag | None:
    """The same tasks give the same answers in every block."""
    return Flag(FlagKind.CHANGING_ANSWERS) if rows["digest"].nunique() > 1 else None


RULES: tuple[Rule, ...] = (
    short_task,
    short_wait,
    busy_service,
    stalled_service,
    idle_slots,
    new_connections,
    over_limit,
    impossible_limit,
    changing_answers,
)


def flags(rows: pd.DataFrame, context: Context) -> list[Flag]:
    """The flags of one cell, from its observations."""
    return [flag for rule in RULES if (flag := rule(rows, context))]


def _of_service(
    kind: FlagKind,
    rows: pd.DataFrame,
    figure: str,
    breaks: Callable[[pd.Series[float]], pd.Series[bool]],
    bound: float = 0.0,
) -> Flag | None:
    """The flag of the first service that breaks a rule in a block in which its figure is known."""
    for column in rows.columns:
        if str(column).endswith(f"_{figure}"):
            known = pd.to_numeric(rows[column]).dropna()
            found = known[breaks(known)]
            if len(found):
                farthest = found.min() if kind is FlagKind.IDLE_SLOTS else found.max()
                name = str(column).removesuffix(f"_{figure}")
                return Flag(kind, farthest, bound, name, (len(found), len(rows)))
    return None
