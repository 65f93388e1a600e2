"""Saturation: how many blocking calls an event loop can hand to threads at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.curves import by_block, points
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Column, Lines, Series, figure, name, table
from bench.findings.text.figures import caveat, duration, percent, significant
from bench.worker.procedures.saturation import WAIT_S

NAMES = {"default": "to_thread", "anyio": "anyio", "sized": "sized pool"}
WHO = {"default": "asyncio.to_thread", "anyio": "anyio"}
KNOBS = {
    "default": "loop.set_default_executor(ThreadPoolExecutor(N)) lifts that",
    "anyio": "anyio.to_thread.current_default_thread_limiter().total_tokens lifts that",
}
FIGURES = ("rate", "running", "call_s", "lookup_s", "file_s")
NOTICED = 2.0  # times the usual: a wait in the queue


@dataclass(frozen=True)
class Level:
    """So many calls at once through a pool, over the blocks."""

    pool: str
    at_once: int
    figures: dict[str, Estimate]

    @property
    def of_possible(self) -> float:
        """Share of the calls that would be done if all ran at once."""
        return self.figures["rate"].median * WAIT_S / self.at_once


COLUMNS: Sequence[Column[Level]] = (
    name("Threads of", lambda level: NAMES[level.pool]),
    Column("At once", lambda level: f"{level.at_once:,}", gist=True),
    figure("Running", lambda level: level.figures["running"], "{:.0f}".format, gist=True),
    figure("Calls/s", lambda level: level.figures["rate"], significant),
    figure("Of possible", lambda level: level.of_possible, percent, gist=True),
    figure("A call takes", lambda level: level.figures["call_s"], duration, gist=True),
    figure("Look-up behind", lambda level: level.figures["lookup_s"], duration, gist=True),
    figure("File behind", lambda level: level.figures["file_s"], duration),
    Column("Blocks", lambda level: str(level.figures["rate"].n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("saturation")
    found = levels(rows) if len(rows) else []
    if not found:
        return None
    said = [_capped(found, "default"), _capped(found, "anyio"), _sized(found), _lookup(found)]
    return Answer([each for each in said if each], [_picture(found)], table(COLUMNS, found))


def levels(rows: pd.DataFrame) -> list[Level]:
    """Every pool and number of calls that was measured."""
    found = []
    for pool in NAMES:
        seen = rows[rows["pool"] == pool]
        known = {each: dict(points(by_block(seen, "concurrency", each))) for each in FIGURES}
        for at_once in sorted(set.intersection(*(set(values) for values in known.values()))):
            found.append(Level(pool, round(at_once), {each: known[each][at_once] for each in FIGURES}))
    return found


def most(found: Sequence[Level], pool: str) -> Level | None:
    """The level of a pool with the most calls at once."""
    return max((each for each in found if each.pool == pool), key=lambda each: each.at_once, default=None)


def capped(level: Level) -> bool:
    """Whether fewer calls ran at once than were handed over, in every block."""
    return level.figures["running"].high < level.at_once


def _capped(found: Sequence[Level], pool: str) -> str:
    level = most(found, pool)
    if level is None or not capped(level):
        return ""
    running = level.figures["running"].median
    return (
        f"By default {WHO[pool]} runs {running:.0f} blocking calls at once: of {level.at_once}, one takes"
        f" {duration(level.figures['call_s'].median)} instead of {duration(WAIT_S)};"
        f" {KNOBS[pool]}{caveat([level.figures['call_s']])}."
    )


def _sized(found: Sequence[Level]) -> str:
    level = most(found, "sized")
    if level is None:
        return ""
    took = level.figures["call_s"]
    return (
        f"With a thread for each of {level.at_once} calls, one takes {duration(took.median)}{caveat([took])}."
    )


def _lookup(found: Sequence[Level]) -> str:
    """What a look-up of a name waits for behind the calls of the default executor."""
    behind = [each for each in found if each.pool == "default"]
    if len(behind) < 2:
        return ""
    first, last = behind[0].figures["lookup_s"], behind[-1].figures["lookup_s"]
    if last.low < NOTICED * first.high:
        return ""
    return (
        f"loop.getaddrinfo uses the same executor: behind {behind[-1].at_once} calls a look-up takes"
        f" {duration(last.median)}, behind one {duration(first.median)}{caveat([first, last])}."
    )


def _picture(found: Sequence[Level]) -> Lines:
    drawn = {
        pool: [(float(each.at_once), each.figures["call_s"]) for each in found if each.pool == pool]
        for pool in NAMES
    }
    return Lines(
        title="A blocking call, by how many are handed over at once",
        see="Flat: every call has a thread. Rising: calls wait for one.",
        x=Axis("blocking calls at once", "count"),
        y=Axis("a call takes", "s"),
        series=[Series(NAMES[pool], line) for pool, line in drawn.items() if line],
    )
