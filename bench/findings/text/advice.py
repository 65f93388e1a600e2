"""Advice in words: what the function does, which model to use, and why."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.advice import Facts, Way, leaders
from bench.analysis.statistics import GAINS
from bench.core.records import Cause, Failure, Missing
from bench.core.wording import listed
from bench.findings.text.caveats import caveat
from bench.findings.text.figures import clipped, duration, reach, times

ENOUGH_OF_CORES = 0.7  # share of those that threads could use
SEVERAL = 1.5  # cores without which nothing can be told
MORE_THAN_ONE = 1.25  # cores used, by threads that do not wait for each other: not one and a bit
LITTLE_CPU = 0.1  # share of computing below which the GIL does not matter
CHEAPER = "; not by computing at the same time: a call takes less CPU time there than in the main thread"
LONGEST_REASON = 200


def sentences(facts: Facts) -> list[str]:
    """The advice first, then the reasons."""
    said = [_advice(facts), _character(facts), _gil(facts), _blocks_the_loop(facts), *_levels(facts)]
    said += [_void(runner, lost) for runner, lost in facts.void.items()]
    if facts.ways and not facts.checked:
        said.append("What it returns is not the same each time: no answer was checked.")
    return [sentence for sentence in said if sentence]


def _advice(facts: Facts) -> str:
    """Which model, at the level where the best does most."""
    best = [(level, found) for level in facts.levels if (found := leaders(facts.at(level), facts.threshold))]
    if not best:
        if not facts.ways:
            return f"No model could run {facts.name}."
        return f"Leave {facts.name} in a plain loop: no model gains anything worth its trouble."
    level, found = max(best, key=lambda pair: max(way.speedup.median for way in pair[1]))
    return f"Run {facts.name} under {_use(level, found)}."


def _use(level: int, found: Sequence[Way]) -> str:
    """ "threading, 16 at once: 15.2x (15.0x to 15.5x) as fast as a plain loop, of 15.9x possible"."""
    first, *equal = found
    interval = f" ({reach(first.speedup, times)})" if first.speedup.n > 1 else ""
    possible = f", of {times(first.limit)} possible" if first.limit else ""
    faster = f"{times(first.speedup.median)}{interval} as fast as a plain loop"
    said = f"{first.runner}, {level} at once: {faster}{possible}"
    if equal:
        said += f"; this run cannot tell it from {_names(equal)}"
    return said + caveat([first.speedup])


def _levels(facts: Facts) -> list[str]:
    """The same at the levels that are not the best."""
    found = {level: leaders(facts.at(level), facts.threshold) for level in facts.levels}
    if len(found) < 2 or not any(found.values()):
        return []
    best = max(found, key=lambda level: max((way.speedup.median for way in found[level]), default=0))
    return [
        f"With {level} at once: {_use(level, ways).replace(f', {level} at once', '')}."
        if ways
        else f"With {level} at once, no model gains anything worth its trouble."
        for level, ways in found.items()
        if level != best
    ]


def _character(facts: Facts) -> str:
    """How much of a call is waiting."""
    share, call = facts.share_waiting, duration(facts.seconds)
    if share > 1 - LITTLE_CPU:
        return f"It waits: {share:.0%} of the {call} of a call, so that many can wait at the same time."
    if share < LITTLE_CPU:
        return f"It computes: {1 - share:.0%} of the {call} of a call, so that cores are what it needs."
    return f"It waits for {share:.0%} of the {call} of a call, and computes for the rest."


def _gil(facts: Facts) -> str:
    """Whether threads that run it share the cores: by the cores that they use, where the most are at once."""
    ways = [way for level in facts.levels if (way := facts.way("threading", level))]
    if facts.share_waiting > 1 - LITTLE_CPU or not ways or ways[-1].cores_used is None:
        return ""
    way, used = ways[-1], ways[-1].cores_used
    cores = facts.effective_cores.median if facts.effective_cores else 0.0
    seen = (
        f"{way.in_flight} threads that run it use {used.median:.2f} of {cores:.2f} effective cores, and reach"
        f" {times(way.speedup.median)}"
    )
    if not facts.gil:
        return f"This build has no GIL: {seen}."
    if cores < SEVERAL:
        return "The machine gave too few cores to tell whether it holds the GIL."
    could = min(cores, way.in_flight * (1 - facts.share_waiting))
    if used.low > MORE_THAN_ONE and used.median >= ENOUGH_OF_CORES * could:
        return f"It lets go of the GIL while it computes: {seen}."
    if used.high < MORE_THAN_ONE and could >= SEVERAL:
        cheaper = facts.share_waiting < LITTLE_CPU and way.speedup.low > used.median * (1 + facts.threshold)
        return f"It holds the GIL while it computes: {seen}{CHEAPER if cheaper else ''}."
    return f"Whether it holds the GIL, this run cannot tell: {seen}."


def _blocks_the_loop(facts: Facts) -> str:
    """A coroutine that waits without awaiting."""
    if not facts.has_async or not facts.levels or facts.share_waiting < LITTLE_CPU:
        return ""
    level = facts.levels[-1]
    way = facts.way("asyncio", level)
    if way is None or way.limit is None or way.speedup.high > GAINS or way.limit < 2 * GAINS:
        return ""
    return (
        f"Its async form blocks the event loop: {level} at once run at {times(way.speedup.median)}, one after"
        " another; somewhere it waits without await. Give it an async library, or run it under threads."
    )


def _void(runner: str, lost: Missing | Failure) -> str:
    shown = clipped(lost.reason, LONGEST_REASON).rstrip(".")
    if lost.cause is Cause.WRONG_RESULT:
        return f"It is not safe under {runner}: {shown}."
    return f"{runner} cannot run it: {shown}."


def _names(ways: Sequence[Way]) -> str:
    return listed([way.runner for way in ways])
