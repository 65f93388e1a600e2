"""Timeouts: who stops waiting, and what becomes of the work."""

import asyncio
import inspect
import multiprocessing
import queue
import time
from concurrent.futures import ThreadPoolExecutor
from typing import ClassVar

from bench import Demo, Figures, Trace, say


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
    question = "It takes too long: who gives up, and does the work stop?"
    notice = (
        "Under asyncio the time limit cancels the work itself, which sees"
        " it and cleans up; a thread works on, though nobody waits for it"
        " any more; a process can be ended from outside without being asked."
        " The queues of threads take a timeout, those of asyncio do not:"
        " wait_for or asyncio.timeout sets one."
    )
    why_not: ClassVar[dict[str, str]] = {
        "sync": "a running call cannot be abandoned: only one with its"
        " own timeout (a socket, a subprocess) gives up."
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

    def figures(self, trace: Trace) -> Figures:
        finished = trace.has("mechanic has repaired it")
        values: Figures = {"work_was_finished": finished}
        if trace.model == "asyncio":
            queue = asyncio.Queue
            values["queue_methods_take_timeout"] = any(
                "timeout" in inspect.signature(method).parameters
                for method in (queue.get, queue.put, queue.join)
            )
            values["wait_for_timed_out"] = trace.has(
                "desk no order in 50 ms"
            )
            seen = trace.has("mechanic puts the tools away")
            values["cancelled_was_seen"] = seen
        return values

    def expect(self, trace: Trace) -> None:
        values, must = trace.values, trace.must
        finished = values["work_was_finished"]
        waits, leaves = "desk waits for the repair", "desk waits no longer"
        if trace.model == "multiprocessing":
            trace.in_order(waits, "mechanic ended: exit", leaves)
            must(not finished, "the process was not ended")
            return
        trace.in_order("desk waits for an order", "desk no order", waits)
        if trace.model == "threading":
            trace.in_order(waits, leaves, "mechanic has repaired it")
            worked = trace.lasted("mechanic") if finished else 0.0
            must(worked > 0.1, "the thread did not work on")
            return
        trace.in_order(waits, "mechanic puts the tools away", leaves)
        must(not finished, "the work was not stopped")
        refused = not values["queue_methods_take_timeout"]
        must(refused, "a method of asyncio.Queue takes a timeout")
        must(values["wait_for_timed_out"], "wait_for waited on")
        must(values["cancelled_was_seen"], "the work saw no cancellation")
