"""A race condition: several add to one counter, with a pause between reading and writing it."""

import asyncio
import multiprocessing
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar

from bench import Demo, Figures, Trace, say


@dataclass
class UnlockedCounter:
    value: int = 0


def add(name: str, counter: Any, lock: Any) -> None:
    say(name, "counts", "waits")
    for _ in range(40):
        with lock:
            seen = counter.value
            # A pause, to be sure that others come between. In a bare
            # `counter.value += 1` it is a matter of luck.
            time.sleep(0.001)
            counter.value = seen + 1
    say(name, "has counted 40", "ends")


def count_both(kind: Any, day: int, counter: Any, lock: Any) -> None:
    workers = [
        kind(target=add, args=[name, counter, lock])
        for name in (f"eve {day}", f"finn {day}")
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    say(f"counter {day}", f"{counter.value} of 80", "ends")


async def add_async(
    name: str, counter: UnlockedCounter, pause: bool
) -> None:
    say(name, "counts", "waits" if pause else "runs")
    for _ in range(40):
        seen = counter.value
        if pause:
            await asyncio.sleep(0.001)  # others get their turn here
        counter.value = seen + 1
    say(name, "has counted 40", "ends")


class Race(Demo):
    name = "race"
    place = 11
    question = "Two add 40 each to one counter: what does it show?"
    notice = (
        "Reading, pausing and writing back one more overwrites what others"
        " wrote meanwhile; a lock around all three makes the sum right and"
        " the counting slower. Under asyncio only an await lets others run:"
        " without one between read and write nothing is lost, with one as"
        " much as with threads."
    )
    why_not: ClassVar[dict[str, str]] = {
        "sync": "with one thing at a time, nobody can come between the"
        " read and the write."
    }

    def threading(self) -> None:
        # On a day without a lock, on a day with one
        for day, lock in (1, nullcontext()), (2, threading.Lock()):
            count_both(threading.Thread, day, UnlockedCounter(), lock)

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        # On a day without a lock, on a day with one
        for day, lock in (1, nullcontext()), (2, context.Lock()):
            counter = context.Value("i", 0)  # in memory that both see
            count_both(context.Process, day, counter, lock)

    async def asyncio(self) -> None:
        # On a day without an await, on a day with one
        for day, pause in (1, False), (2, True):
            counter = UnlockedCounter()
            async with asyncio.TaskGroup() as group:
                for name in (f"eve {day}", f"finn {day}"):
                    group.create_task(add_async(name, counter, pause))
            say(f"counter {day}", f"{counter.value} of 80", "ends")

    def figures(self, trace: Trace) -> Figures:
        names = ("counted", "counted_with_lock")
        if trace.model == "asyncio":
            names = ("counted_without_await", "counted_with_await")
        shown = [
            e.what for e in trace.events if e.who.startswith("counter")
        ]
        counted = [int(what.split()[0]) for what in shown]
        return {"expected": 80, **dict(zip(names, counted, strict=True))}

    def expect(self, trace: Trace) -> None:
        values = trace.values
        if trace.model == "asyncio":
            day, lossy = 2, values["counted_with_await"]
            safe = values["counted_without_await"]
        else:
            day, lossy = 1, values["counted"]
            safe = values["counted_with_lock"]
        trace.overlapping(f"eve {day}", f"finn {day}")
        trace.must(lossy < 80, "no increment was lost")
        trace.must(safe == 80, "an increment was lost where none can be")
