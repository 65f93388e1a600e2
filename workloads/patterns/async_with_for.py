"""``async with`` and ``async for``: opening, closing and iteration that may wait."""

import asyncio
import multiprocessing
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import asynccontextmanager, contextmanager

from bench import Demo, Figures, Trace, say

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
        " before each item, and during these waits the angler gets turns;"
        " with plain `with` and `for` nobody would. It makes nothing"
        " concurrent by itself: the boats still come in one after another,"
        " while pools hand them over as they are ready."
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

    def figures(self, trace: Trace) -> Figures:
        if trace.model != "asyncio":
            return {}
        opens, closes = "harbour opens", "harbour closes"
        return {
            "turns_meanwhile": trace.turns("angler casts", opens, closes)
        }

    def expect(self, trace: Trace) -> None:
        boats = [f"harbour {boat} is in" for boat in BOATS]
        for boat in boats:
            trace.in_order("harbour opens", boat, "harbour closes")
        if trace.model in ("sync", "asyncio"):
            trace.in_order(*boats)
        if trace.model == "asyncio":
            turns = trace.values["turns_meanwhile"]
            trace.must(turns >= 2, f"the angler got {turns} turns")
