"""Several waits at once, and their results in the order in which they were asked for."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from bench import Demo, Event, Outcome, say
from bench.core.demo_checks import (
    in_order,
    lasted,
    must,
    one_after_another,
    overlapping,
    span,
)
from bench.core.records import Scalar

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
        "Asked together, they are all in when the slowest is, and the"
        " fastest answers first though it was asked last. The results"
        " still come in the order of the questions: gather and map put"
        " them back in place."
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

    def figures(
        self, model: str, events: Sequence[Event]
    ) -> dict[str, Scalar]:
        spans = [span(events, station) for station in STATIONS]
        each = [lasted(events, station) for station in STATIONS]
        return {
            "makespan_s": max(e for _, e in spans)
            - min(b for b, _ in spans),
            "longest_s": max(each),
            "sum_s": sum(each),
        }

    def expect(self, model: str, outcome: Outcome) -> list[str]:
        events, values = outcome.events, outcome.values
        answers = [(station, "answers") for station in STATIONS]
        unmet = in_order(
            events, ("Quito", "answers"), ("desk", "Quito, Turku, Hobart")
        )
        if model == "sync":
            return [
                *unmet,
                *in_order(events, *answers),
                *one_after_another(events, *STATIONS),
            ]
        share = float(values["makespan_s"]) / float(values["sum_s"])
        return [
            *unmet,
            *overlapping(events, *STATIONS),
            *in_order(events, *reversed(answers)),
            *must(share < 0.85, f"all took {share:.0%} of the sum of each"),
        ]
