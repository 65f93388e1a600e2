"""One of several tasks fails: what becomes of the others, and which except catches what."""

import asyncio
import multiprocessing
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

from bench import Demo, Figures, Trace, say


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
        " way; a TaskGroup calls it back and then raises; in threads and"
        " processes the error waits in the future until someone asks for the"
        " result. An awaited task raises in whoever awaits it, but a"
        " cancelled one raises CancelledError, which `except Exception` does"
        " not catch."
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

    def figures(self, trace: Trace) -> Figures:
        if trace.model != "asyncio":
            return {}
        return {
            "gather_siblings_finished": trace.has("north 1 delivered")
            and trace.when("north 1 delivered")
            > trace.when("gather raises"),
            "taskgroup_siblings_cancelled": trace.has(
                "north 2 called back"
            ),
            "except_catches": trace.has("Exception catches east 3"),
            "cancelled_passes_except_exception": (
                not trace.has("Exception catches west 3")
                and trace.has("Cancelled catches west 3")
            ),
        }

    def expect(self, trace: Trace) -> None:
        if trace.model == "sync":
            trace.in_order(
                "east on its way", "east no such", "office hears"
            )
            trace.must(not trace.has("north"), "north was sent, too")
        elif trace.model != "asyncio":
            trace.in_order("north on its way", "north delivered")
            trace.in_order("east no such street", "office hears")
        else:
            trace.in_order("north 1 on its way", "east 1 no such street")
            trace.in_order(
                "east 1 no such street",
                "gather raises",
                "north 1 delivered",
            )
            trace.in_order(
                "east 2 no such street",
                "north 2 called back",
                "group raises",
            )
            for name, value in trace.values.items():
                trace.must(value, f"not so: {name}")
