"""One await after another, compared with tasks that are created first and awaited later."""

import asyncio
import multiprocessing
import threading
import time

from bench import Demo, Figures, Trace, say


def prepare(what: str, seconds: float) -> None:
    say(what, "put on", "waits")
    time.sleep(seconds)
    say(what, "ready", "ends")


async def prepare_async(what: str, seconds: float) -> None:
    say(what, "put on", "waits")
    await asyncio.sleep(seconds)
    say(what, "ready", "ends")


class Tasks(Demo):
    name = "tasks"
    place = 2
    question = "Tea takes 0.1 s and toast 0.2 s: how long do both take?"
    notice = (
        "Awaiting a coroutine runs it to its end before the next line, so"
        " the first day costs the sum; tasks created before the first await"
        " all start during it, so the second day costs the longest. Neither"
        " tea nor toast got any faster: they only waited at the same time."
    )

    def sync(self) -> None:
        prepare("tea", 0.1)
        prepare("toast", 0.2)

    def threading(self) -> None:
        tea = threading.Thread(target=prepare, args=["tea", 0.1])
        toast = threading.Thread(target=prepare, args=["toast", 0.2])
        tea.start()
        toast.start()
        tea.join()
        toast.join()

    def multiprocessing(self) -> None:
        context = multiprocessing.get_context("forkserver")
        tea = context.Process(target=prepare, args=["tea", 0.1])
        toast = context.Process(target=prepare, args=["toast", 0.2])
        tea.start()
        toast.start()
        tea.join()
        toast.join()

    async def asyncio(self) -> None:
        # The first day: one await after another.
        await prepare_async("tea 1", 0.1)
        await prepare_async("toast 1", 0.2)

        # The second day: both are made tasks, then awaited.
        tea = asyncio.create_task(prepare_async("tea 2", 0.1))
        toast = asyncio.create_task(prepare_async("toast 2", 0.2))
        await tea
        await toast

    def figures(self, trace: Trace) -> Figures:
        if trace.model != "asyncio":
            return {"together_s": until_both(trace, "tea", "toast")}
        ratios = [
            trace.lasted(f"{what} 2") / trace.lasted(f"{what} 1")
            for what in ("tea", "toast")
        ]
        return {
            "sequential_s": until_both(trace, "tea 1", "toast 1"),
            "concurrent_s": until_both(trace, "tea 2", "toast 2"),
            "each_task_unchanged": all(0.75 < r < 1.3 for r in ratios),
        }

    def expect(self, trace: Trace) -> None:
        if trace.model == "sync":
            trace.one_after_another("tea", "toast")
        elif trace.model != "asyncio":
            trace.overlapping("tea", "toast")
        else:
            trace.one_after_another("tea 1", "toast 1")
            trace.overlapping("tea 2", "toast 2")
            sequential = trace.values["sequential_s"]
            gain = sequential / trace.values["concurrent_s"]
            trace.must(gain > 1.15, f"tasks were only {gain:.2f}x as fast")


def until_both(trace: Trace, first: str, second: str) -> float:
    """From the beginning of the first to the end of the later."""
    begin, end = trace.span(first)
    return max(end, trace.span(second)[1]) - begin
