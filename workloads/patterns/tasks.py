"""One await after another, against tasks that are made first and awaited then."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from collections.abc import Sequence

from bench import Demo, Event, Outcome, say
from bench.core.demo_checks import (
    lasted,
    must,
    one_after_another,
    overlapping,
    span,
)
from bench.core.records import Scalar


def prepare(what: str, seconds: float) -> None:
    say(what, "put on", "waits")
    time.sleep(seconds)
    say(what, "ready", "ends")


async def prepare_async(what: str, seconds: float) -> None:
    say(what, "put on", "waits")
    await asyncio.sleep(seconds)
    say(what, "ready", "ends")


class Tasks(Demo):
    name = "tasks"
    place = 2
    question = "Tea takes 0.1 s and toast 0.2 s: how long do both take?"
    notice = (
        "Awaiting a coroutine runs it to its end before the next line, so"
        " the first day costs the sum; tasks that are made before the"
        " first await all begin in it, so the second day costs the"
        " longest. Neither tea nor toast got any faster: they only waited"
        " at the same time."
    )

    def sync(self) -> None:
        prepare("tea", 0.1)
        prepare("toast", 0.2)

    def threading(self) -> None:
        tea = threading.Thread(target=prepare, args=["tea", 0.1])
        toast = threading.Thread(target=prepare, args=["toast", 0.2])
        tea.start()
        toast.start()
        tea.join()
        toast.join()

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        tea = context.Process(target=prepare, args=["tea", 0.1])
        toast = context.Process(target=prepare, args=["toast", 0.2])
        tea.start()
        toast.start()
        tea.join()
        toast.join()

    async def asyncio(self) -> None:
        # The first day: one await after another.
        await prepare_async("tea 1", 0.1)
        await prepare_async("toast 1", 0.2)

        # The second day: both are made tasks, then awaited.
        tea = asyncio.create_task(prepare_async("tea 2", 0.1))
        toast = asyncio.create_task(prepare_async("toast 2", 0.2))
        await tea
        await toast

    def figures(
        self, model: str, events: Sequence[Event]
    ) -> dict[str, Scalar]:
        if model != "asyncio":
            return {"together_s": until_both(events, "tea", "toast")}
        ratios = [
            lasted(events, f"{what} 2") / lasted(events, f"{what} 1")
            for what in ("tea", "toast")
        ]
        return {
            "sequential_s": until_both(events, "tea 1", "toast 1"),
            "concurrent_s": until_both(events, "tea 2", "toast 2"),
            "each_task_unchanged": all(0.75 < r < 1.3 for r in ratios),
        }

    def expect(self, model: str, outcome: Outcome) -> list[str]:
        events, values = outcome.events, outcome.values
        if model == "sync":
            return one_after_another(events, "tea", "toast")
        if model != "asyncio":
            return overlapping(events, "tea", "toast")
        gain = float(values["sequential_s"]) / float(values["concurrent_s"])
        return [
            *one_after_another(events, "tea 1", "toast 1"),
            *overlapping(events, "tea 2", "toast 2"),
            *must(gain > 1.15, f"tasks were only {gain:.2f}x as fast"),
        ]


def until_both(events: Sequence[Event], first: str, second: str) -> float:
    """From the beginning of the first to the end of the later."""
    begin, end = span(events, first)
    return max(end, span(events, second)[1]) - begin
