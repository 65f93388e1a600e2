"""How often the assertions of the pytest plug-in err, on functions of known kind, beside a busy neighbour.

    python -m tests.benchmarks.assertions [REPETITIONS] [MINUTES]

A process beside it computes all the time. A round asserts each function once, the next follows until there are so
many, or the minutes are over; after the first it says how long all will take. Printed are, for each function, how
often it held, failed and could not be told, and the median and longest time to decide; and how many of the planted
faults blockbuster and pyleak find, where they are installed.
"""

from __future__ import annotations

import asyncio
import platform
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from statistics import median
from typing import Any

import pytest

from bench.api.pytest_plugin import ConcurrencyWarning
from bench.api.pytest_plugin.fixture import Concurrency
from bench.api.pytest_plugin.places import Places
from tests.benchmarks import known_functions as known

BUDGET_S = 5.0
UNDECIDED = "can't tell"
OTHERS = ("blockbuster", "pyleak")  # both look at coroutines alone


@dataclass(frozen=True)
class Case:
    """A function of known kind, what is right of it, and what came out, each time."""

    what: str
    right: str
    check: Callable[[Concurrency], Any]
    coroutine: Callable[[], Any] | None = None  # for tools that watch event loops
    outcomes: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of the assertion
    others: dict[str, list[bool]] = field(default_factory=lambda: {name: [] for name in OTHERS})


def loop(what: str, right: str, function: Callable[[], Any]) -> Case:
    return Case(what, right, lambda c: c.leaves_loop_free(function), function)


CASES = [
    loop("awaits", "holds", known.awaits),
    loop("awaits a thread", "holds", known.to_thread),
    loop("time.sleep", "fails", known.blocks),
    loop("computes in Python", "fails", known.computes),
    loop("C with the GIL, 20 ms", "fails", known.holds_in_c),
    Case("hashlib", "holds", lambda c: c.releases_gil(known.hashes)),
    Case("time.sleep", "holds", lambda c: c.releases_gil(known.pauses)),
    Case("computes in Python", "fails", lambda c: c.releases_gil(known.adds)),
    Case("C with the GIL, 20 ms", "fails", lambda c: c.releases_gil(known.adds_in_c)),
    Case("hashlib", "holds", lambda c: c.scales(known.hashes)),
    Case("computes in Python", "fails", lambda c: c.scales(known.adds)),
    Case("lock contention", "fails", lambda c: c.scales(known.hashes_under_a_lock)),
    Case("json.dumps", "holds", lambda c: c.same_under_threads(known.writes)),
    Case("shared counter", "fails", lambda c: c.same_under_threads(known.counts)),
    Case("small task", "holds", lambda c: c.memory_per_task(known.waits)),
    Case("large task", "fails", lambda c: c.memory_per_task(known.waits_with_much)),
    Case("half the work", "holds", lambda c: c.beats(known.adds, known.adds_twice, by=1.4)),
    Case("twice the work", "fails", lambda c: c.beats(known.adds_twice, known.adds, by=1.4)),
]


def repeat(case: Case, places: Places) -> None:
    told: list[dict[str, Any]] = []
    began = time.monotonic()
    try:
        done = case.check(Concurrency(places, BUDGET_S, strict=False, record=told.append))
        if asyncio.iscoroutine(done):
            asyncio.run(done)
    except pytest.fail.Exception:
        pass
    case.seconds.append(time.monotonic() - began)
    outcomes = {each["outcome"] for each in told}  # of several builds, the worst
    case.outcomes.append(next(each for each in ("fails", UNDECIDED, "holds") if each in outcomes))
    case.names.append(told[0]["assertion"])
    if case.coroutine is not None:
        for name, found in case.others.items():
            if find_spec(name):
                found.append(FINDERS[name](case.coroutine))


def blockbuster_finds(function: Callable[[], Any]) -> bool:
    from blockbuster import BlockingError, blockbuster_ctx

    with blockbuster_ctx():
        try:
            asyncio.run(function())
        except BlockingError:
            return True
    return False


def pyleak_finds(function: Callable[[], Any]) -> bool:
    from pyleak import no_event_loop_blocking
    from pyleak.eventloop import EventLoopBlockError

    async def watched() -> None:
        async with no_event_loop_blocking(action="raise", threshold=0.005, check_interval=0.001):
            await function()

    try:
        asyncio.run(watched())
    except EventLoopBlockError:
        return True
    return False


FINDERS = {"blockbuster": blockbuster_finds, "pyleak": pyleak_finds}


def table() -> str:
    lines = [
        f"{'assertion':19} {'function':22} {'right':6} holds fails can't-tell  median s  longest s  blockbuster  pyleak"
    ]
    for case in CASES:
        counts = [case.outcomes.count(each) for each in ("holds", "fails", UNDECIDED)]
        others = [f"{sum(found)}/{len(found)}" if found else "-" for found in case.others.values()]
        lines.append(
            f"{case.names[0]:19} {case.what:22} {case.right:6} {counts[0]:5} {counts[1]:5} {counts[2]:10}"
            f"  {median(case.seconds):8.1f}  {max(case.seconds):9.1f}  {others[0]:>11}  {others[1]:>6}"
        )
    good = [each for case in CASES if case.right == "holds" for each in case.outcomes]
    bad = [each for case in CASES if case.right == "fails" for each in case.outcomes]
    lines += [
        f"False failures: {good.count('fails')} of {len(good)}, can't tell {good.count(UNDECIDED)}.",
        f"Planted faults: found {bad.count('fails')} of {len(bad)}, passed {bad.count('holds')},"
        f" can't tell {bad.count(UNDECIDED)}.",
    ]
    return "\n".join(lines)


def main(repetitions: int, minutes: float) -> None:
    warnings.simplefilter("ignore", ConcurrencyWarning)
    neighbour = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    places = Places(())
    began = time.monotonic()
    try:
        for n in range(1, repetitions + 1):
            for case in CASES:
                repeat(case, places)
            took = (time.monotonic() - began) / 60
            if n == 1:
                print(
                    f"A round takes {took:.1f} minutes; {repetitions} take {took * repetitions:.0f}.",
                    flush=True,
                )
            if took * (n + 1) / n > minutes:
                break
    finally:
        places.close()
        neighbour.terminate()
    print(f"{n} repetitions in {took:.0f} minutes, Python {platform.python_version()}.\n{table()}")


if __name__ == "__main__":
    count, limit = [*sys.argv[1:], "", ""][:2]
    main(int(count or 20), float(limit or "inf"))
