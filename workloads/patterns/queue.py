"""A queue: consumers take work as they are free, and the producer waits while it is full."""

import asyncio
import multiprocessing
import queue
import threading
import time
from typing import Any

from bench import Demo, Figures, Trace, say

LOADS = [0.09, 0.04, 0.02, 0.03, 0.05, 0.04, 0.03, 0.03, 0.03]  # s


def carry(name: str, loads: Any) -> None:
    while (load := loads.get()) is not None:
        say(name, f"carries {load * 1e3:.0f} ms", "waits")
        time.sleep(load)
    say(name, "goes home", "ends")


async def carry_async(
    name: str, loads: asyncio.Queue[float | None]
) -> None:
    while (load := await loads.get()) is not None:
        say(name, f"carries {load * 1e3:.0f} ms", "waits")
        await asyncio.sleep(load)
    say(name, "goes home", "ends")


class Queue(Demo):
    name = "queue"
    place = 5
    question = "Nine loads, three porters: who carries what?"
    notice = (
        "Nobody is told what to carry: whoever is free takes the next load,"
        " so unequal loads still end at about the same time. A queue with"
        " room for two makes the clerk wait for the porters; with nobody"
        " else at work, all must be queued before any is carried."
    )

    def sync(self) -> None:
        loads: queue.Queue[float | None] = queue.Queue()
        for load in LOADS:
            loads.put(load)
            say("clerk", f"queues {load * 1e3:.0f} ms")
        loads.put(None)
        say("clerk", "has queued all", "ends")
        carry("porter", loads)

    def threading(self) -> dict[str, int]:
        loads: queue.Queue[float | None] = queue.Queue(maxsize=2)
        porters = [
            threading.Thread(target=carry, args=[name, loads])
            for name in ("ann", "ben", "cat")
        ]
        for porter in porters:
            porter.start()
        most_waiting = 0
        for load in [*LOADS, None, None, None]:
            loads.put(load)  # waits while two are in the queue
            most_waiting = max(most_waiting, loads.qsize())
        say("clerk", "has queued all", "ends")
        for porter in porters:
            porter.join()
        return {"most_waiting": most_waiting, "room": 2}

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        loads = context.Queue(maxsize=2)
        porters = [
            context.Process(target=carry, args=[name, loads])
            for name in ("ann", "ben", "cat")
        ]
        for porter in porters:
            porter.start()
        for load in [*LOADS, None, None, None]:
            loads.put(load)  # waits while two are in the queue
        say("clerk", "has queued all", "ends")
        for porter in porters:
            porter.join()

    async def asyncio(self) -> dict[str, int]:
        loads: asyncio.Queue[float | None] = asyncio.Queue(maxsize=2)
        most_waiting = 0
        async with asyncio.TaskGroup() as group:
            for name in ("ann", "ben", "cat"):
                group.create_task(carry_async(name, loads))
            for load in [*LOADS, None, None, None]:
                await loads.put(load)  # waits while two are in the queue
                most_waiting = max(most_waiting, loads.qsize())
            say("clerk", "has queued all", "ends")
        return {"most_waiting": most_waiting, "room": 2}

    def figures(self, trace: Trace) -> Figures:
        carried = [e for e in trace.events if e.what.startswith("carries")]
        if trace.model == "sync":
            queued = trace.when("clerk has queued all")
            return {"all_queued_before_first": queued < carried[0].at_s}
        porters = {event.who for event in carried}
        home = max(trace.when(f"{porter} goes home") for porter in porters)
        return {
            "makespan_s": home - carried[0].at_s,
            "ideal_s": sum(LOADS) / 3,
            "workers": len(porters),
            "loads": len(carried),
        }

    def expect(self, trace: Trace) -> None:
        if trace.model == "sync":
            steps = "clerk has queued all", "porter carries"
            trace.in_order(*steps, "porter goes home")
            return
        values, must = trace.values, trace.must
        must(values["loads"] == 9, f"{values['loads']} of 9 were carried")
        must(values["workers"] == 3, "a porter carried nothing")
        ratio = values["makespan_s"] / values["ideal_s"]
        must(ratio < 2, f"it took {ratio:.1f} times a fair share")
        for porter in ("ann", "ben", "cat"):
            trace.in_order(f"{porter} carries", f"{porter} goes home")
        if "most_waiting" in values:
            most = values["most_waiting"]
            must(0 < most <= 2, f"{most} waited where 2 have room")
