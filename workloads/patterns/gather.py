"""Several concurrent waits, with results in the order of the requests."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from bench import Demo, Figures, Trace, say

STATIONS = {"Quito": 0.15, "Turku": 0.1, "Hobart": 0.05}


def ask(station: str) -> str:
    say(station, "is asked", "waits")
    time.sleep(STATIONS[station])
    say(station, "answers", "ends")
    return station


async def ask_async(station: str) -> str:
    say(station, "is asked", "waits")
    await asyncio.sleep(STATIONS[station])
    say(station, "answers", "ends")
    return station


class Gather(Demo):
    name = "gather"
    place = 3
    question = "Three stations answer at different speeds: when are all in?"
    notice = (
        "Asked together, all are in when the slowest is, and the fastest"
        " answers first although it was asked last. The results still come"
        " in the order asked: gather and map restore it."
    )

    def sync(self) -> None:
        answers = [ask(station) for station in STATIONS]
        say("desk", ", ".join(answers), "ends")

    def threading(self) -> None:
        with ThreadPoolExecutor(3) as pool:
            answers = list(pool.map(ask, STATIONS))
        say("desk", ", ".join(answers), "ends")

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(3, mp_context=context) as pool:
            answers = list(pool.map(ask, STATIONS))
        say("desk", ", ".join(answers), "ends")

    async def asyncio(self) -> None:
        answers = await asyncio.gather(*map(ask_async, STATIONS))
        say("desk", ", ".join(answers), "ends")

    def figures(self, trace: Trace) -> Figures:
        begins, ends = zip(*map(trace.span, STATIONS), strict=True)
        each = [trace.lasted(station) for station in STATIONS]
        return {
            "makespan_s": max(ends) - min(begins),
            "longest_s": max(each),
            "sum_s": sum(each),
        }

    def expect(self, trace: Trace) -> None:
        answers = [f"{station} answers" for station in STATIONS]
        trace.in_order("Quito answers", "desk Quito, Turku, Hobart")
        if trace.model == "sync":
            trace.in_order(*answers)
            trace.one_after_another(*STATIONS)
            return
        trace.overlapping(*STATIONS)
        trace.in_order(*reversed(answers))
        share = trace.values["makespan_s"] / trace.values["sum_s"]
        trace.must(
            share < 0.85, f"all took {100 * share:.0f} % of the sum of each"
        )
