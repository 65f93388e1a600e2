"""One call that blocks: who stands still meanwhile, and the way out."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from typing import ClassVar

from bench import Demo, Event, Outcome, say
from bench.core.demo_checks import in_order, must, when
from bench.core.records import Scalar


def scan(page: str) -> None:
    say(page, "scanning")
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
    question = (
        "A pulse beats every 20 ms: what does a blocking call do to it?"
    )
    notice = (
        "While a call blocks in a coroutine the loop stands still, and"
        " every other task with it; through to_thread the same call leaves"
        " the loop free. Threads need no such care: a call that lets go of"
        " the GIL while it waits, as nearly all do, blocks only the thread"
        " that makes it."
    )
    why_not: ClassVar[dict[str, str]] = {
        "sync": "every call blocks, and there is nobody else to stand still.",
        "multiprocessing": "a call that blocks stops no other process: it"
        " would look as with threads.",
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
        scan("page 1")  # the loop stands still
        await asyncio.sleep(0.05)
        await asyncio.to_thread(scan, "page 2")  # the loop goes on
        pulse.cancel()

    def figures(
        self, model: str, events: Sequence[Event]
    ) -> dict[str, Scalar]:
        if model == "threading":
            return {"turns": beats_during(events, "page 1")}
        return {
            "blocked_turns": beats_during(events, "page 1"),
            "to_thread_turns": beats_during(events, "page 2"),
        }

    def expect(self, model: str, outcome: Outcome) -> list[str]:
        events, values = outcome.events, outcome.values
        if model == "threading":
            turns = int(values["turns"])
            return in_order(
                events, ("page 1", "scanning"), ("page 1", "scanned")
            ) + must(turns >= 2, f"only {turns} beats beside the call")
        blocked = int(values["blocked_turns"])
        beside = int(values["to_thread_turns"])
        return [
            *in_order(
                events,
                ("page 1", "scanning"),
                ("page 1", "scanned"),
                ("page 2", "scanning"),
                ("page 2", "scanned"),
            ),
            *must(blocked == 0, f"{blocked} beats while the loop was held"),
            *must(beside >= 2, f"only {beside} beats beside to_thread"),
        ]


def beats_during(events: Sequence[Event], page: str) -> int:
    """The pulse's turns while that page was being scanned."""
    begin, end = (
        when(events, page, "scanning"),
        when(events, page, "scanned"),
    )
    return sum(e.what == "beats" and begin < e.at_s < end for e in events)
