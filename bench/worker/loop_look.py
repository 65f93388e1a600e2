"""A look at the user's coroutine function on an event loop: for how long it holds the loop, and where."""

import asyncio
import math
import os
import selectors
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from bench.core.run_queue import RunQueue
from bench.core.user_function import Own
from bench.core.workload import Env
from bench.worker.frames import of_user
from bench.worker.sampler import SLEEP_S, SWITCH_S, sampled
from bench.worker.switch_interval import switching_every

ROUNDS = 3  # of its inputs: the one in which the loop was held least has the least of what others do
LITTLE = 0.1  # share of a call
SAMPLED_S = 0.05  # for which the loop is held in the calls that are sampled
LONG_S = 4.0  # of a call that is made once


class TimedSelector(selectors.DefaultSelector):
    """Knows for how long its loop was busy, and whether it has nothing to do now."""

    def __init__(self, queue: RunQueue) -> None:
        super().__init__()
        self.queue = queue
        self.idle = False
        self.idle_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        began, self.idle = self.on_core_s(), True
        try:
            return super().select(timeout)
        finally:
            self.idle = False
            self.idle_s += self.on_core_s() - began

    def busy_s(self) -> float:
        """Seconds, from whenever, in which the loop had something to do."""
        return self.on_core_s() - self.idle_s

    def on_core_s(self) -> float:
        """A clock that stands while this thread waits for a core."""
        return time.perf_counter() - self.queue.waited_ns() / 1e9


def on_a_loop(own: Own, most: int, found: dict[str, Any]) -> dict[str, Any]:
    """A few more calls of the async function, one after another, ``most`` with those before.

    Returns for how many seconds of a call its loop was ``held``, and where most of these, ``loop_line`` ("":
    little, or no line of the user's); the threads of the loop's default ``executor`` if it used that, else 0;
    whether it used threads of ``anyio``; and all ``calls``. ``found``: the seconds of a call, and the calls
    before."""
    left = max(most - found["calls"], 1)

    async def run(selector: TimedSelector) -> dict[str, Any]:
        async with own.open_async(Env()) as call:
            rounds = [
                await held_in(own, call, selector) for _ in range(max(min(ROUNDS, left // own.round), 1))
            ]
            held, number = min(rounds), own.round * len(rounds)
            names = [thread.name for thread in threading.enumerate()]
            more = calls_to_sample(held, found["seconds"], max(left - number, 0))
            return {
                "held": held,
                "loop_line": await line_that_holds(own, call, selector, more) if more else "",
                "executor": executor_of(names),
                "anyio": any(name.startswith("AnyIO worker") for name in names),  # as anyio names them
                "calls": found["calls"] + number + more,
            }

    with RunQueue() as queue:
        selector = TimedSelector(queue)
        with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(selector)) as loop:
            return loop.run(run(selector))


async def held_in(own: Own, call: Callable[..., Any], selector: TimedSelector) -> float:
    """Seconds for which a call holds the loop, on average over its inputs."""
    began = selector.busy_s()
    for i in range(own.round):
        await own.task_async(call, i)
    return (selector.busy_s() - began) / own.round


def calls_to_sample(held: float, seconds: float, most: int) -> int:
    """How many calls tell where one holds its loop; 0 where it hardly does, or takes too long."""
    if held < LITTLE * seconds or seconds > LONG_S:
        return 0
    return min(math.ceil(SAMPLED_S / held), most)


async def line_that_holds(own: Own, call: Callable[..., Any], selector: TimedSelector, number: int) -> str:
    """The line of the user's at which the loop is most of the time that it is not idle; "" without one."""
    lines: dict[str, float] = defaultdict(float)  # seconds
    with switching_every(SWITCH_S), sampled(lambda at_ns, late_s: not selector.idle) as sampler:
        for i in range(number):
            await own.task_async(call, i)
    for sample in sampler.samples:
        if line := of_user(sample.line):
            lines[line] += SLEEP_S + max(sample.late_s, 0.0)
    return max(lines, key=lines.__getitem__, default="")


def executor_of(threads: list[str]) -> int:
    """Size of a loop's default executor, if threads of these names are some of its."""
    started = any(name.startswith("asyncio_") for name in threads)  # as the loop names them
    return min(32, (os.cpu_count() or 1) + 4) if started else 0
