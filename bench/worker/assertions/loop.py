"""How long a coroutine holds its event loop: a tick beside it comes late by that."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bench.core.run_queue import RunQueue
from bench.worker import event_loops
from bench.worker.assertions import Call, Facts
from bench.worker.event_loops import EventLoop

CALLS = 4  # observed each time
FINEST_TICK_S = 1e-3  # the selector's; below it the tick is as fast as the loop turns


@dataclass(frozen=True)
class Hold:
    """From one tick to the next, and what of that was no wait for a core, and computing: nanoseconds."""

    begin: int
    end: int
    held: int
    cpu: int


@dataclass
class Ticks:
    """Gaps between the ticks of a loop, and what of the longest one was computing."""

    loop: EventLoop
    every_s: float  # 0: as fast as the loop turns
    allowed_ns: int
    last_ns: int = 0
    longest_ns: int = 0
    cpu_ns: int = 0  # of the loop's thread, in the longest
    holds: list[Hold] = field(default_factory=list)  # those that are not allowed

    async def beside(self, call: Call) -> None:
        """Tick until the call is done. A wait for a core is no fault of the call's: it is taken off."""
        now, cpu = time.perf_counter_ns, time.thread_time_ns
        with RunQueue() as queue:
            async with self.loop.started(call) as is_over:
                self.last_ns, used, queued = now(), cpu(), queue.waited_ns()
                while True:
                    await self.loop.sleep(self.every_s)
                    moment = now()
                    gap = moment - self.last_ns - round(self.every_s * 1e9) - (queue.waited_ns() - queued)
                    spent = cpu() - used
                    if gap > self.allowed_ns:
                        self.holds.append(Hold(self.last_ns, moment, gap, spent))
                    if gap > self.longest_ns:
                        self.longest_ns, self.cpu_ns = gap, spent
                    self.last_ns, used, queued = now(), cpu(), queue.waited_ns()
                    if is_over():
                        break


def tick_for(longest_s: float) -> float:
    """How often to tick, so that it is fine against what is allowed."""
    every = longest_s / 5
    return every if every >= FINEST_TICK_S else 0.0


async def observe(call: Call, longest_s: float, library: str) -> list[Facts]:
    """``value``: seconds of the longest hold in a call; ``cpu_s``: of these computing. The first call is not
    counted: it imports and connects."""
    await call()
    found = []
    for _ in range(CALLS):
        ticks = Ticks(event_loops.of(library), tick_for(longest_s), round(longest_s * 1e9))
        await ticks.beside(call)
        found.append({"value": ticks.longest_ns / 1e9, "cpu_s": ticks.cpu_ns / 1e9})
    return found
