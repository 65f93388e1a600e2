"""A chain of two stages, the second on the result of the first: who waits for whom."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from operator import sub

from bench import Demo, Figures, Trace, say

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
    question = "Each cup is ground, then brewed: does one wait for others?"
    notice = (
        "Each cup is brewed as soon as its own coffee is ground, while"
        " others are still in the mill: within a chain one await comes after"
        " another, but no chain waits for another. One after another, every"
        " cup waits for all before it."
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

    def figures(self, trace: Trace) -> Figures:
        begins, ends, brewing = [
            [trace.when(f"{cup} {stage}") for cup in CUPS]
            for stage in ("grinding", "ground", "brewing")
        ]
        grinding = list(zip(begins, ends, strict=True))
        return {
            "worst_gap_s": max(map(sub, brewing, ends)),
            # Some cup was brewed while another was being ground.
            "overlap": any(
                b < at < e for at in brewing for b, e in grinding
            ),
        }

    def expect(self, trace: Trace) -> None:
        for cup in CUPS:
            stages = ("grinding", "ground", "brewing", "served")
            trace.in_order(*(f"{cup} {stage}" for stage in stages))
        if trace.model == "sync":
            trace.one_after_another(*CUPS)
            return
        trace.overlapping(*CUPS)
        trace.in_order("ada brewing", "bo ground")
        gap = trace.values["worst_gap_s"]
        trace.must(gap < 0.1, f"ground coffee waited {gap * 1e3:.0f} ms")
