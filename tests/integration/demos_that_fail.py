"""Demos that go wrong, each in its own way."""

from __future__ import annotations

import asyncio
import os
import time

from bench.core.demo import Demo, Trace, say


class Faulty(Demo):
    name = "faulty"
    place = 99
    question = "Does it end well?"
    notice = "It does not. Nothing does."

    def sync(self) -> None:
        say("it", "raises")
        raise ValueError("on purpose")

    def threading(self) -> None:
        say("it", "hangs", "waits")
        time.sleep(60)

    def multiprocessing(self) -> None:
        say("it", "dies")
        os._exit(3)

    async def asyncio(self) -> None:
        print("a print, which is no event")
        async with asyncio.TaskGroup() as group:
            group.create_task(self.fail())

    async def fail(self) -> None:
        say("it", "fails in a group")
        raise LookupError("in a group")

    def expect(self, trace: Trace) -> None:
        """Nothing."""


class Unmet(Demo):
    name = "unmet"
    place = 98
    question = "Does it come out?"
    notice = "It does not. It never did."

    def sync(self) -> dict[str, int]:
        say("it", "is done", "ends")
        return {"answer": 41}

    def expect(self, trace: Trace) -> None:
        trace.must(trace.values["answer"] == 42, "the answer is wrong")
