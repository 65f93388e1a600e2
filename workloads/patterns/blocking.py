"""A blocking call: what it holds up, and how to avoid that."""

import asyncio
import threading
import time
from typing import ClassVar

from bench import Demo, Figures, Trace, say


def scan(page: str) -> None:
    say(page, "scanning", "waits")
    time.sleep(0.1)  # a library without async support
    say(page, "scanned", "ends")


def beat(stop: threading.Event) -> None:
    while not stop.wait(0.02):
        say("pulse", "beats", "waits")
    say("pulse", "stops", "ends")


async def beat_async() -> None:
    while True:
        say("pulse", "beats", "waits")
        await asyncio.sleep(0.02)


class BlockingCall(Demo):
    name = "blocking"
    place = 10
    question = "A pulse beats every 20 ms: does a blocking call stop it?"
    notice = (
        "While a call blocks in a coroutine, the loop and every other task"
        " stop; with to_thread the same call leaves the loop free. Threads"
        " need no such care: a call that releases the GIL while it waits, as"
        " nearly all do, blocks only the thread that makes it."
    )
    why_not: ClassVar[dict[str, str]] = {
        "sync": "every call blocks, and there is nobody else to hold up.",
        "multiprocessing": "a call that blocks stops no other process: it"
        " would look the same as with threads.",
    }

    def threading(self) -> None:
        stop = threading.Event()
        pulse = threading.Thread(target=beat, args=[stop])
        pulse.start()
        scan("page 1")
        stop.set()
        pulse.join()

    async def asyncio(self) -> None:
        pulse = asyncio.create_task(beat_async())
        await asyncio.sleep(0.05)
        scan("page 1")  # the loop stops
        await asyncio.sleep(0.05)
        await asyncio.to_thread(scan, "page 2")  # the loop goes on
        pulse.cancel()

    def figures(self, trace: Trace) -> Figures:
        if trace.model == "threading":
            return {"turns": beats_during("page 1", trace)}
        return {
            "blocked_turns": beats_during("page 1", trace),
            "to_thread_turns": beats_during("page 2", trace),
        }

    def expect(self, trace: Trace) -> None:
        trace.in_order("page 1 scanning", "page 1 scanned")
        values = trace.values
        if trace.model == "threading":
            turns = values["turns"]
            trace.must(turns >= 2, f"only {turns} beats beside the call")
            return
        trace.in_order(
            "page 1 scanned", "page 2 scanning", "page 2 scanned"
        )
        blocked, beside = values["blocked_turns"], values["to_thread_turns"]
        trace.must(blocked == 0, f"{blocked} beats while the loop was held")
        trace.must(beside >= 2, f"only {beside} beats beside to_thread")


def beats_during(page: str, trace: Trace) -> int:
    """The pulse's beats while that page was being scanned."""
    return trace.turns("pulse beats", f"{page} scanning", f"{page} scanned")
