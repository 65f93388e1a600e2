"""The order of events under each model, and what calling a coroutine function does."""

import asyncio
import multiprocessing
import threading
import time

from bench import Demo, Figures, Trace, say


def blink(lamp: str) -> None:
    say(lamp, "on", "waits")
    time.sleep(0.1)
    say(lamp, "off", "ends")


async def blink_async(lamp: str) -> None:
    say(lamp, "on", "waits")
    await asyncio.sleep(0.1)
    say(lamp, "off", "ends")


class Count(Demo):
    name = "count"
    place = 1
    question = "Two lamps go on, wait and go off: in which order?"
    notice = (
        "One after another, the red lamp is off before the green one goes"
        " on; under every other model both are on before either is off. The"
        " wait of 0.1 s is the same everywhere; what differs is whether"
        " anyone else can go on meanwhile."
    )

    def sync(self) -> None:
        blink("red")
        blink("green")

    def threading(self) -> None:
        red = threading.Thread(target=blink, args=["red"])
        green = threading.Thread(target=blink, args=["green"])
        red.start()
        green.start()
        red.join()
        green.join()

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        red = context.Process(target=blink, args=["red"])
        green = context.Process(target=blink, args=["green"])
        red.start()
        green.start()
        red.join()
        green.join()

    async def asyncio(self) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(blink_async("red"))
            group.create_task(blink_async("green"))

    def probe(self, model: str) -> Figures:
        return asyncio.run(coroutine_facts()) if model == "asyncio" else {}

    def expect(self, trace: Trace) -> None:
        if trace.model == "sync":
            trace.in_order("red on", "red off", "green on", "green off")
            return
        trace.overlapping("red", "green")
        trace.in_order("red on", "red off")
        trace.in_order("green on", "green off")
        if trace.model != "asyncio":
            return
        trace.in_order("red on", "green on", "red off", "green off")
        facts, must = trace.values, trace.must
        must(facts["call_ran_nothing"], "the mere call ran something")
        turns = facts["turns_during_nonsuspending_awaits"]
        must(turns == 0, "an await without a wait let other tasks run")
        turns = facts["turns_during_sleeps"]
        must(turns > 0, "an await that waits let no other task run")
        refused = facts["await_in_plain_function_is_syntax_error"]
        must(refused, "await was accepted in a plain function")
        must(facts["threads_seen"] == 1, "tasks ran on several threads")


async def coroutine_facts() -> Figures:
    """The claims about coroutines, tested."""
    return {
        "call_ran_nothing": await a_call_runs_nothing(),
        "turns_during_nonsuspending_awaits": await turns_during(
            nothing, 1000
        ),
        "turns_during_sleeps": await turns_during(a_moment, 10),
        "await_in_plain_function_is_syntax_error": refused(
            "def plain(x):\n    return await x\n"
        ),
        "threads_seen": await threads_of_tasks(8),
    }


async def a_call_runs_nothing() -> bool:
    ran = []

    async def note() -> None:
        ran.append(1)

    called = note()
    await asyncio.sleep(0.01)  # it has every opportunity
    called.close()  # or Python would warn that it was never awaited
    return not ran


async def nothing() -> None:
    """A coroutine with nothing to wait for."""


async def a_moment() -> None:
    await asyncio.sleep(0.001)


async def turns_during(what: object, times: int) -> int:
    """The turns that another task gets during so many awaits."""
    assert callable(what)
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(other())
    await asyncio.sleep(0)  # it is under way
    before = turns
    for _ in range(times):
        await what()
    gained = turns - before
    task.cancel()
    return gained


def refused(code: str) -> bool:
    """Whether Python finds a syntax error in it."""
    try:
        compile(code, "plain.py", "exec")
    except SyntaxError:
        return True
    return False


async def threads_of_tasks(tasks: int) -> int:
    async def where() -> int:
        await asyncio.sleep(0.001)
        return threading.get_ident()

    return len(set(await asyncio.gather(*(where() for _ in range(tasks)))))
