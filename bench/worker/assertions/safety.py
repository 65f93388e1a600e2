"""Whether threads get from a function what a plain loop gets, switching between them as often as possible."""

from __future__ import annotations

import threading
import time
from typing import Any

from bench.worker.assertions import Call, Facts
from bench.worker.switch_interval import switching_every

SWITCH_S = 1e-6
SECONDS = 0.2  # of calls by all threads
ALONE = 3  # calls whose results say what is right
TIMES = 2  # observations each time


def observe(call: Call, threads: int) -> list[Facts]:
    """``value``: 1 where all results were those of calls one after another, 0 where one was not; ``calls``,
    and what came instead. None where calls alone differ, too."""
    alone = [call.result() for _ in range(ALONE)]
    if any(result != alone[0] for result in alone):
        return [{"value": None, "calls": 0, "got": f"{alone[0]!r} and {alone[1]!r}, one after another"}]
    return [_together(call, threads, alone[0]) for _ in range(TIMES)]


def _together(call: Call, threads: int, right: Any) -> Facts:
    wrong: list[str] = []
    counts = [0] * threads
    ready = threading.Barrier(threads)
    end = time.perf_counter() + SECONDS

    def work(own: int) -> None:
        ready.wait()
        while not wrong:
            try:
                got: Any = call.result()
                same = got == right
            except Exception as error:
                got, same = error, False
            counts[own] += 1
            if not same:
                wrong.append(repr(got))
            if time.perf_counter() >= end:
                break

    with switching_every(SWITCH_S):
        workers = [threading.Thread(target=work, args=(own,), daemon=True) for own in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    instead = {"got": f"{wrong[0]} instead of {right!r}"} if wrong else {}
    return {"value": float(not wrong), "calls": sum(counts), **instead}
