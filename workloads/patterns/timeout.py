"""Waiting no longer than so long, and what becomes of what was waited for."""

from __future__ import annotations

import asyncio
import inspect
import multiprocessing
import queue
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from bench import Demo, Event, Outcome, say
from bench.core.demo_checks import in_order, lasted, must
from bench.core.records import Scalar


def repair() -> None:
    say("mechanic", "begins", "waits")
    time.sleep(0.15)
    say("mechanic", "has repaired it", "ends")


async def repair_async() -> None:
    say("mechanic", "begins", "waits")
    try:
        await asyncio.sleep(0.15)
        say("mechanic", "has repaired it", "ends")
    except asyncio.CancelledError:
        say("mechanic", "puts the tools away", "ends")
        raise


class Timeout(Demo):
    name = "timeout"
    place = 8
    question = (
        "It takes too long: who stops waiting, and does the work stop?"
    )
    notice = (
        "Under asyncio the time limit cancels the work itself, which sees"
        " it and cleans up; a thread works on, though nobody waits for it"
        " any more, and a process can be ended from outside without being"
        " asked. The queues of threads take a timeout, asyncio's take"
        " none: there wait_for or asyncio.timeout sets it."
    )
    why_not: ClassVar[dict[str, str]] = {
        "sync": "a call that runs cannot be left: only one that takes a"
        " timeout itself (a socket, a subprocess) gives up."
    }

    def threading(self) -> None:
        orders: queue.Queue[str] = queue.Queue()
        say("desk", "waits for an order", "waits")
        try:
            orders.get(timeout=0.05)
        except queue.Empty:
            say("desk", "no order in 50 ms")

        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(repair)
            say("desk", "waits for the repair", "waits")
            try:
                job.result(timeout=0.05)
            except TimeoutError:
                say("desk", "waits no longer", "ends")

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        mechanic = context.Process(target=repair)
        mechanic.start()
        say("desk", "waits for the repair", "waits")
        mechanic.join(timeout=0.1)
        if mechanic.is_alive():
            mechanic.terminate()
            mechanic.join()
            say("mechanic", f"ended: exit {mechanic.exitcode}", "ends")
        say("desk", "waits no longer", "ends")

    async def asyncio(self) -> None:
        orders: asyncio.Queue[str] = asyncio.Queue()
        say("desk", "waits for an order", "waits")
        try:
            await asyncio.wait_for(orders.get(), timeout=0.05)
        except TimeoutError:
            say("desk", "no order in 50 ms")

        say("desk", "waits for the repair", "waits")
        try:
            async with asyncio.timeout(0.05):
                await repair_async()
        except TimeoutError:
            say("desk", "waits no longer", "ends")

    def figures(
        self, model: str, events: Sequence[Event]
    ) -> dict[str, Scalar]:
        said = {(event.who, event.what) for event in events}
        values: dict[str, Scalar] = {
            "work_was_finished": ("mechanic", "has repaired it") in said
        }
        if model == "asyncio":
            values |= {
                "queue_methods_take_timeout": any(
                    "timeout" in inspect.signature(method).parameters
                    for method in (
                        asyncio.Queue.get,
                        asyncio.Queue.put,
                        asyncio.Queue.join,
                    )
                ),
                "wait_for_timed_out": ("desk", "no order in 50 ms") in said,
                "cancelled_was_seen": ("mechanic", "puts the tools away")
                in said,
            }
        return values

    def expect(self, model: str, outcome: Outcome) -> list[str]:
        events, values = outcome.events, outcome.values
        finished = bool(values["work_was_finished"])
        if model == "multiprocessing":
            return [
                *in_order(
                    events,
                    ("desk", "waits for the repair"),
                    ("mechanic", "ended: exit"),
                    ("desk", "waits no longer"),
                ),
                *must(not finished, "the process was not ended"),
            ]
        steps = [
            ("desk", "waits for an order"),
            ("desk", "no order"),
            ("desk", "waits for the repair"),
            ("desk", "waits no longer"),
        ]
        if model == "threading":
            worked = lasted(events, "mechanic") if finished else 0.0
            return [
                *in_order(events, *steps, ("mechanic", "has repaired it")),
                *must(worked > 0.1, "the thread did not work on"),
            ]
        steps.insert(3, ("mechanic", "puts the tools away"))
        return [
            *in_order(events, *steps),
            *must(not finished, "the work was not stopped"),
            *must(
                not values["queue_methods_take_timeout"],
                "a method of asyncio.Queue takes a timeout",
            ),
            *must(bool(values["wait_for_timed_out"]), "wait_for waited on"),
            *must(
                bool(values["cancelled_was_seen"]),
                "the work never saw that it was cancelled",
            ),
        ]
