"""Advice: which model a function of the user's own should run under, and with how many at once."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.core.runner import Runner
from bench.core.user_function import Own
from bench.findings.answer import Answer, Axis, Dot, Dots, Table
from bench.findings.study import Arm, Asked, Study
from bench.findings.text.figures import UNKNOWN, bounds, duration, ratio, significant

if TYPE_CHECKING:
    from bench.analysis.advice import Facts, Way
    from bench.analysis.summary import Summary

IN_FLIGHT = 16  # for what waits, beside as many as there are cores
BLOCKS = 6  # the fewest that give an interval of 95 %
COLUMNS = (
    "Model",
    "At once",
    "Speed-up",
    "Interval",
    "At most",
    "Calls/s",
    "CPU a call",
    "Start-up",
    "Blocks",
)


class Advice(Study):
    name = "advice"
    title = "Advice"
    question = "Which model should this function run under, and with how many at once?"
    place = 1
    command = "python -m bench advise FILE.py:FUNCTION"
    takes_workloads = True
    takes_levels = True
    how = """
        The function is called under every model that can, as many at once as there are cores, and 16 where it
        waits; each cell in a fresh process, in blocks, beside a plain loop. Speed-up is calls a second over
        the plain loop of the same block. At most is the limit that its waiting and its computing set. What it
        returns is compared with what it returned alone, where that was the same each time. It holds the GIL
        where threads that should share the cores do not. A model is named before one that the run cannot
        tell from it when it is simpler.
    """

    def arms(self, asked: Asked) -> list[Arm]:
        found = [workload for workload in asked.workloads if isinstance(workload, Own)]
        if not found:
            return []
        own = found[0]
        levels = asked.levels or ((asked.cores,) if own.bound == "cpu" else (asked.cores, IN_FLIGHT))
        runners = [runner for runner in asked.runners if can_run(own, runner)]
        cells = [
            (runner, level)
            for runner in runners
            for level in ((1,) if runner.one_at_a_time else sorted(set(levels)))
            if level <= runner.most
        ]
        each = own.calls // (BLOCKS * max(len(cells), 1))
        return [
            Arm(own, runner, level, most=max(each - 1 - 2 * level, level) if own.calls else math.inf)
            for runner, level in cells
        ]

    def answer(self, summary: Summary) -> Answer | None:
        from bench.analysis.advice import facts
        from bench.findings.text.advice import sentences

        found = facts(summary)
        if found is None:
            return None
        said = sentences(found)
        table = Table(COLUMNS, [_row(way) for way in found.ways])
        glance = table.only("Model", "At once", "Speed-up", "Interval", "At most", "Calls/s")
        return Answer(said, _pictures(found), table, glance=glance)


def can_run(own: Own, runner: Runner) -> bool:
    """A coroutine alone can be run one after another too, in a loop of its worker's own; but several threads
    must not share that."""
    if own.function or runner.flavour != "sync":
        return runner.flavour in own.flavours
    return runner.one_at_a_time or not runner.shares_process


def _pictures(found: Facts) -> Sequence[Dots]:
    dots = [
        Dot(way.runner, way.speedup, way.runner, ratio(way.speedup.median), f"{way.in_flight} at once")
        for way in sorted(found.ways, key=lambda way: (way.in_flight, -way.speedup.median))
        if way.runner != "sync"
    ]
    see = "Right of 1x, the model does more calls a second than a plain loop."
    return (
        [Dots("Speed-up over a plain loop", see, Axis("speed-up over a plain loop", "x"), dots)]
        if dots
        else []
    )


def _row(way: Way) -> Sequence[str]:
    return (
        way.runner,
        str(way.in_flight),
        ratio(way.speedup.median),
        bounds(way.speedup) if way.runner != "sync" else "",
        ratio(way.limit) if way.limit and way.runner != "sync" else UNKNOWN,
        significant(1 / way.seconds),
        duration(way.cpu_s),
        duration(way.startup_s),
        str(way.speedup.n),
    )
