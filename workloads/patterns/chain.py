"""Two stages, the second on what the first gave: who waits for whom."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from bench import Demo, Event, Outcome, say
from bench.core.demo_checks import (
    in_order,
    must,
    one_after_another,
    overlapping,
    when,
)
from bench.core.records import Scalar

CUPS = {"ada": 0.03, "bo": 0.12, "cy": 0.06}  # seconds of grinding


def grind(cup: str) -> int:
    say(cup, "grinding", "waits")
    time.sleep(CUPS[cup])
    say(cup, "ground")
    return 18  # grams


def brew(cup: str, grams: int) -> None:
    say(cup, f"brewing {grams} g", "waits")
    time.sleep(0.05)
    say(cup, "served", "ends")


def coffee(cup: str) -> None:
    grams = grind(cup)
    brew(cup, grams)


async def grind_async(cup: str) -> int:
    say(cup, "grinding", "waits")
    await asyncio.sleep(CUPS[cup])
    say(cup, "ground")
    return 18  # grams


async def brew_async(cup: str, grams: int) -> None:
    say(cup, f"brewing {grams} g", "waits")
    await asyncio.sleep(0.05)
    say(cup, "served", "ends")


async def coffee_async(cup: str) -> None:
    grams = await grind_async(cup)
    await brew_async(cup, grams)


class Chain(Demo):
    name = "chain"
    place = 4
    question = (
        "Each cup is ground, then brewed: does a cup wait for others?"
    )
    notice = (
        "Each cup is brewed as soon as its own coffee is ground, while"
        " others are still in the mill: within a chain one await comes"
        " after another, between chains nothing waits. One after another,"
        " every cup waits for all before it."
    )

    def sync(self) -> None:
        for cup in CUPS:
            coffee(cup)

    def threading(self) -> None:
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(coffee, CUPS))

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(3, mp_context=context) as pool:
            list(pool.map(coffee, CUPS))

    async def asyncio(self) -> None:
        async with asyncio.TaskGroup() as group:
            for cup in CUPS:
                group.create_task(coffee_async(cup))

    def figures(
        self, model: str, events: Sequence[Event]
    ) -> dict[str, Scalar]:
        grinding = [
            (when(events, cup, "grinding"), when(events, cup, "ground"))
            for cup in CUPS
        ]
        brewing = [when(events, cup, "brewing") for cup in CUPS]
        gaps = [b - g for (_, g), b in zip(grinding, brewing, strict=True)]
        return {
            "worst_gap_s": max(gaps),
            # Some cup was brewed while another was being ground.
            "overlap": any(
                begin < brew < end
                for brew in brewing
                for begin, end in grinding
            ),
        }

    def expect(self, model: str, outcome: Outcome) -> list[str]:
        events, gap = outcome.events, float(outcome.values["worst_gap_s"])
        stages = ("grinding", "ground", "brewing", "served")
        unmet = [
            sentence
            for cup in CUPS
            for sentence in in_order(events, *((cup, s) for s in stages))
        ]
        if model == "sync":
            return unmet + one_after_another(events, *CUPS)
        return [
            *unmet,
            *overlapping(events, *CUPS),
            *in_order(events, ("ada", "brewing"), ("bo", "ground")),
            *must(gap < 0.1, f"ground coffee waited {gap * 1e3:.0f} ms"),
        ]
