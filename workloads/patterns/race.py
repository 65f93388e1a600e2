"""Several add to one counter, with a moment between reading and writing it."""

from __future__ import annotations

import asyncio
import multiprocessing
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any, ClassVar

from bench import Demo, Outcome, say
from bench.core.demo_checks import must, overlapping


@dataclass
class UnlockedCounter:
    value: int = 0


def add(name: str, counter: Any, lock: Any) -> None:
    say(name, "counts")
    for _ in range(40):
        with lock:
            seen = counter.value
            # A pause, to be sure that others come between. In a bare
            # `counter.value += 1` it is a matter of luck.
            time.sleep(0.001)
            counter.value = seen + 1
    say(name, "has counted 40", "ends")


async def add_async(
    name: str, counter: UnlockedCounter, pause: bool
) -> None:
    say(name, "counts")
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
        "To read, pause and write back one more undoes what others wrote"
        " meanwhile; a lock round the three makes the sum right, and the"
        " counting slower. Under asyncio only an await lets others in:"
        " without one between read and write nothing is lost, with one as"
        " much as with threads."
    )
    why_not: ClassVar[dict[str, str]] = {
        "sync": "with one thing at a time, nobody can come between the"
        " read and the write."
    }

    def threading(self) -> dict[str, int]:
        counted = []  # on a day without a lock, on a day with one
        for day, lock in (1, nullcontext()), (2, threading.Lock()):
            counter = UnlockedCounter()
            threads = [
                threading.Thread(target=add, args=[name, counter, lock])
                for name in (f"eve {day}", f"finn {day}")
            ]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            say(f"counter {day}", f"{counter.value} of 80", "ends")
            counted.append(counter.value)
        return {
            "expected": 80,
            "counted": counted[0],
            "counted_with_lock": counted[1],
        }

    def multiprocessing(self) -> dict[str, int]:
        context = multiprocessing.get_context("forkserver")
        counted = []  # on a day without a lock, on a day with one
        for day, lock in (1, nullcontext()), (2, context.Lock()):
            counter = context.Value("i", 0)  # in memory that both see
            processes = [
                context.Process(target=add, args=[name, counter, lock])
                for name in (f"eve {day}", f"finn {day}")
            ]
            for process in processes:
                process.start()
            for process in processes:
                process.join()
            say(f"counter {day}", f"{counter.value} of 80", "ends")
            counted.append(counter.value)
        return {
            "expected": 80,
            "counted": counted[0],
            "counted_with_lock": counted[1],
        }

    async def asyncio(self) -> dict[str, int]:
        counted = []  # on a day without an await, on a day with one
        for day, pause in (1, False), (2, True):
            counter = UnlockedCounter()
            async with asyncio.TaskGroup() as group:
                for name in (f"eve {day}", f"finn {day}"):
                    group.create_task(add_async(name, counter, pause))
            say(f"counter {day}", f"{counter.value} of 80", "ends")
            counted.append(counter.value)
        return {
            "expected": 80,
            "counted_without_await": counted[0],
            "counted_with_await": counted[1],
        }

    def expect(self, model: str, outcome: Outcome) -> list[str]:
        events, values = outcome.events, outcome.values
        lossy = "counted_with_await" if model == "asyncio" else "counted"
        safe = [
            name
            for name in values
            if name.startswith("counted") and name != lossy
        ]
        day = 2 if model == "asyncio" else 1
        return [
            *overlapping(events, f"eve {day}", f"finn {day}"),
            *must(int(values[lossy]) < 80, "nothing was lost"),
            *must(
                all(values[name] == 80 for name in safe),
                "something was lost where nothing can be",
            ),
        ]
