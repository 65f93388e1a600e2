"""Opening, going through and closing what itself has to wait: ``async with`` and ``async for``."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import asynccontextmanager, contextmanager

from bench import Demo, Event, Outcome, say
from bench.core.demo_checks import in_order, must, when
from bench.core.records import Scalar

BOATS = {"cod": 0.08, "eel": 0.04}  # seconds until it is in


@contextmanager
def harbour() -> Iterator[Iterator[str]]:
    say("harbour", "opens", "waits")
    time.sleep(0.03)
    yield arrivals()
    say("harbour", "closes", "ends")


def arrivals() -> Iterator[str]:
    for boat, seconds in BOATS.items():
        time.sleep(seconds)
        yield boat


def sail(boat: str) -> str:
    time.sleep(BOATS[boat])
    return boat


@asynccontextmanager
async def harbour_async() -> AsyncIterator[AsyncIterator[str]]:
    say("harbour", "opens", "waits")
    await asyncio.sleep(0.03)
    yield arrivals_async()
    say("harbour", "closes", "ends")


async def arrivals_async() -> AsyncIterator[str]:
    for boat, seconds in BOATS.items():
        await asyncio.sleep(seconds)
        yield boat


async def fish() -> None:
    while True:
        say("angler", "casts", "waits")
        await asyncio.sleep(0.03)


class AsyncWithFor(Demo):
    name = "async-with-for"
    place = 9
    question = "Opening takes time, and so does each item: who waits?"
    notice = (
        "`async with` may wait while it opens and closes, `async for`"
        " before each item, and in these waits the angler gets turns;"
        " under plain with and for nobody would. It makes nothing"
        " concurrent by itself: the boats still come in one after another,"
        " where pools hand them over as they are ready."
    )

    def sync(self) -> None:
        with harbour() as boats:
            for boat in boats:
                say("harbour", f"{boat} is in", "waits")

    def threading(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            say("harbour", "opens", "waits")
            sailing = [pool.submit(sail, boat) for boat in BOATS]
            for arrived in as_completed(sailing):
                say("harbour", f"{arrived.result()} is in", "waits")
        say("harbour", "closes", "ends")

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        with context.Pool(2) as pool:
            say("harbour", "opens", "waits")
            for boat in pool.imap_unordered(sail, BOATS):
                say("harbour", f"{boat} is in", "waits")
        say("harbour", "closes", "ends")

    async def asyncio(self) -> None:
        angler = asyncio.create_task(fish())
        async with harbour_async() as boats:
            async for boat in boats:
                say("harbour", f"{boat} is in", "waits")
        angler.cancel()

    def figures(
        self, model: str, events: Sequence[Event]
    ) -> dict[str, Scalar]:
        if model != "asyncio":
            return {}
        begin = when(events, "harbour", "opens")
        end = when(events, "harbour", "closes")
        return {
            "turns_meanwhile": sum(
                e.who == "angler" and begin < e.at_s < end for e in events
            )
        }

    def expect(self, model: str, outcome: Outcome) -> list[str]:
        events = outcome.events
        unmet = []
        for boat in BOATS:
            unmet += in_order(
                events,
                ("harbour", "opens"),
                ("harbour", f"{boat} is in"),
                ("harbour", "closes"),
            )
        boats = [("harbour", f"{boat} is in") for boat in BOATS]
        if model in ("sync", "asyncio"):
            unmet += in_order(events, *boats)
        if model == "asyncio":
            turns = int(outcome.values["turns_meanwhile"])
            unmet += must(turns >= 2, f"the angler got {turns} turns")
        return unmet
