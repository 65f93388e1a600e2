"""A future: who may await its result, how often, and who runs meanwhile."""

import asyncio
import multiprocessing
import threading
import time
from concurrent import futures
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import ClassVar

from bench import Demo, Figures, Trace, say


def bake() -> str:
    say("oven", "bakes", "waits")
    time.sleep(0.1)
    say("oven", "done", "ends")
    return "rye"


def buy(customer: str, loaf: futures.Future[str]) -> None:
    say(customer, "waits for the loaf", "waits")
    say(customer, f"gets {loaf.result()}", "ends")


def sell(loaf: futures.Future[str]) -> None:
    customers = [
        threading.Thread(target=buy, args=[name, loaf])
        for name in ("ida", "jon")
    ]
    for customer in customers:
        customer.start()
    for customer in customers:
        customer.join()


async def bake_async(loaf: asyncio.Future[str]) -> None:
    say("oven", "bakes", "waits")
    await asyncio.sleep(0.1)
    loaf.set_result("rye")
    say("oven", "done", "ends")


async def buy_async(customer: str, loaf: asyncio.Future[str]) -> None:
    say(customer, "waits for the loaf", "waits")
    say(customer, f"gets {await loaf}", "ends")


async def sweep_async(strokes: int) -> None:
    for _ in range(strokes):
        say("broom", "sweeps", "waits")
        await asyncio.sleep(0.02)
    say("broom", "is put away", "ends")


class Future(Demo):
    name = "future"
    place = 6
    question = "Two wait for one result: do both get it, and what goes on?"
    notice = (
        "Whoever awaits the future pauses until it has its result, while"
        " the event loop goes on with everyone else. The result is set only"
        " once, so any number can await it, and a second result is refused."
    )
    why_not: ClassVar[dict[str, str]] = {
        "sync": "a call that has returned has its result: there is nothing"
        " left to wait for."
    }

    def threading(self) -> None:
        with ThreadPoolExecutor(1) as pool:
            sell(pool.submit(bake))

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            # The result comes back to this process, to both threads.
            sell(pool.submit(bake))

    async def asyncio(self) -> None:
        loop = asyncio.get_running_loop()
        loaf: asyncio.Future[str] = loop.create_future()
        async with asyncio.TaskGroup() as group:
            group.create_task(bake_async(loaf))
            group.create_task(buy_async("ida", loaf))
            group.create_task(buy_async("jon", loaf))
            group.create_task(sweep_async(4))
        say("late", f"gets {await loaf} at once", "ends")
        try:
            loaf.set_result("wheat")
        except asyncio.InvalidStateError:
            say("loaf", "InvalidStateError", "ends")

    def figures(self, trace: Trace) -> Figures:
        got = [e for e in trace.events if e.what.startswith("gets rye")]
        values: Figures = {
            "awaited_many": len(got),
            "waiter_s": trace.lasted("ida"),
            "delay_s": trace.lasted("oven"),
        }
        if trace.model == "asyncio":
            values["set_twice_raises"] = trace.has("loaf InvalidStateError")
            turns = trace.turns("broom sweeps", "ida waits", "ida gets")
            values["turns_meanwhile"] = turns
        return values

    def probe(self, model: str) -> Figures:
        if model != "asyncio":
            return {}
        return {"coroutine_twice_raises": asyncio.run(refused_again())}

    def expect(self, trace: Trace) -> None:
        values, must = trace.values, trace.must
        for customer in ("ida", "jon"):
            trace.in_order("oven bakes", f"{customer} gets rye")
            trace.in_order(f"{customer} waits", f"{customer} gets rye")
        if trace.model != "asyncio":
            must(values["awaited_many"] == 2, "not both got the result")
            return
        trace.in_order("oven done", "ida gets")
        must(values["awaited_many"] == 3, "not all got the result")
        waited = values["waiter_s"] > 0.9 * values["delay_s"]
        must(waited, "who awaited it did not wait")
        must(values["turns_meanwhile"] >= 2, "nobody else got turns")
        must(values["set_twice_raises"], "a second result was accepted")
        refused = values["coroutine_twice_raises"]
        must(refused, "a coroutine could be awaited twice")


async def refused_again() -> bool:
    """Whether a coroutine that has been awaited refuses to be again."""

    async def once() -> None:
        await asyncio.sleep(0)

    called = once()
    await called
    try:
        await called
    except RuntimeError:
        return True
    return False
