"""One of several fails: what becomes of the others, and which except catches what."""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from bench import Demo, Event, Outcome, say
from bench.core.demo_checks import in_order, must, when
from bench.core.records import Scalar


def deliver(parcel: str, seconds: float) -> None:
    say(parcel, "on its way", "waits")
    time.sleep(seconds)
    if "east" in parcel:
        say(parcel, "no such street", "ends")
        raise LookupError("no such street")
    say(parcel, "delivered", "ends")


async def deliver_async(parcel: str, seconds: float) -> None:
    say(parcel, "on its way", "waits")
    try:
        await asyncio.sleep(seconds)
    except asyncio.CancelledError:
        say(parcel, "called back", "ends")
        raise
    if "east" in parcel:
        say(parcel, "no such street", "ends")
        raise LookupError("no such street")
    say(parcel, "delivered", "ends")


class Errors(Demo):
    name = "errors"
    place = 7
    question = "One of two parcels fails: what becomes of the other?"
    notice = (
        "gather raises the first error and leaves the other parcel on its"
        " way, a TaskGroup calls it back and raises then, and in threads"
        " and processes the error waits in the future until somebody asks"
        " for the result. An awaited task raises in whoever awaits it, but"
        " a cancelled one raises CancelledError, which `except Exception`"
        " does not catch."
    )

    def sync(self) -> None:
        try:
            deliver("east", 0.04)
            deliver("north", 0.1)  # never sent
        except LookupError as error:
            say("office", f"hears: {error}", "ends")

    def threading(self) -> None:
        with ThreadPoolExecutor(2) as pool:
            north = pool.submit(deliver, "north", 0.1)
            east = pool.submit(deliver, "east", 0.04)
            try:
                east.result()
            except LookupError as error:
                say("office", f"hears: {error}", "ends")
            north.result()

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            north = pool.submit(deliver, "north", 0.1)
            east = pool.submit(deliver, "east", 0.04)
            try:
                east.result()  # the error was pickled on its way here
            except LookupError as error:
                say("office", f"hears: {error}", "ends")
            north.result()

    async def asyncio(self) -> None:
        north = asyncio.create_task(deliver_async("north 1", 0.1))
        east = asyncio.create_task(deliver_async("east 1", 0.04))
        try:
            await asyncio.gather(north, east)
        except LookupError as error:
            say("gather", f"raises: {error}", "ends")
        await north

        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(deliver_async("north 2", 0.1))
                group.create_task(deliver_async("east 2", 0.04))
        except* LookupError as errors:
            say("group", f"raises: {errors.exceptions[0]}", "ends")

        for parcel in ("east 3", "west 3"):
            task = asyncio.create_task(deliver_async(parcel, 0.04))
            await asyncio.sleep(0.02)
            if parcel == "west 3":
                task.cancel()
            try:
                await task
            except Exception:
                say("Exception", f"catches {parcel}", "ends")
            except asyncio.CancelledError:
                say("Cancelled", f"catches {parcel}", "ends")

    def figures(
        self, model: str, events: Sequence[Event]
    ) -> dict[str, Scalar]:
        if model != "asyncio":
            return {}
        said = {(event.who, event.what) for event in events}
        raised = when(events, "gather", "raises")
        return {
            "gather_siblings_finished": ("north 1", "delivered") in said
            and when(events, "north 1", "delivered") > raised,
            "taskgroup_siblings_cancelled": ("north 2", "called back")
            in said,
            "except_catches": ("Exception", "catches east 3") in said,
            "cancelled_passes_except_exception": (
                ("Exception", "catches west 3") not in said
                and ("Cancelled", "catches west 3") in said
            ),
        }

    def expect(self, model: str, outcome: Outcome) -> list[str]:
        events, values = outcome.events, outcome.values
        if model == "sync":
            sent = any(event.who == "north" for event in events)
            return [
                *in_order(
                    events,
                    ("east", "on its way"),
                    ("east", "no such street"),
                    ("office", "hears"),
                ),
                *must(not sent, "north was sent after the error"),
            ]
        if model != "asyncio":
            return in_order(
                events, ("north", "on its way"), ("north", "delivered")
            ) + in_order(
                events, ("east", "no such street"), ("office", "hears")
            )
        return [
            *in_order(
                events,
                ("north 1", "on its way"),
                ("east 1", "no such street"),
                ("gather", "raises"),
                ("north 1", "delivered"),
            ),
            *in_order(
                events,
                ("east 2", "no such street"),
                ("north 2", "called back"),
                ("group", "raises"),
            ),
            *(
                f"not so: {name}"
                for name, value in values.items()
                if not value
            ),
        ]
