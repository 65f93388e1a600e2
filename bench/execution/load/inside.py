"""Passes of their own: what is seen from within a worker, and whether its memory grows."""

import contextlib
import json
import statistics
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.core.service import GrowthSeen, InsideSeen, ServerSetup, ServiceCause
from bench.execution.load.serving import RunningServer, ServerFailed, running
from bench.execution.load.visit import Visitor
from bench.worker.app_watch import FILE

WINDOW_S = 0.5
FRESH_S = 0.3  # after a phase, until what the worker wrote has all of it
GROWTH_LOOKS, GROWTH_WINDOW_S = 7, 0.3


def look_inside(visitor: Visitor, setup: ServerSetup, levels: Sequence[int]) -> list[InsideSeen]:
    """What a thread within the only worker sees at each level at which it wrote it. Raises ServerFailed."""
    found = []
    with running(visitor.serving, setup, visitor.reference.requests[0], watch=True) as server:
        visitor.generator.run(visitor.phase(server, in_flight=8, window_s=0.15))
        for in_flight in levels:
            window = max(WINDOW_S, 10 * visitor.reference.alone_s)
            time.sleep(FRESH_S)
            before = read(server)
            began = time.monotonic()
            result = visitor.generator.run(visitor.phase(server, in_flight=in_flight, window_s=window))
            took = time.monotonic() - began
            time.sleep(FRESH_S)
            after = read(server)
            if server.deaths():
                raise ServerFailed(ServiceCause.DIED, server.last_words())
            if before and after:
                found.append(inside_of(setup, in_flight, sum(result.answers.values()), took, before, after))
    return found


def read(server: RunningServer) -> dict[str, Any]:
    """What the worker wrote last; {} where it wrote nothing."""
    with contextlib.suppress(OSError, ValueError):
        seen: dict[str, Any] = json.loads(Path(server.folder, FILE).read_text())
        return seen
    return {}


def inside_of(
    setup: ServerSetup,
    in_flight: int,
    requests: int,
    seconds: float,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> InsideSeen:
    """What happened from one look to the next, between which there was load for so many seconds."""
    holds = after["holds"][len(before["holds"]) :]
    long = [held for held in holds if held > max(holds) / 2]
    lines = {line: count - before["lines"].get(line, 0) for line, count in after["lines"].items()}
    waited = after["core_s"] - before["core_s"]
    most = max(lines, key=lines.__getitem__, default="")
    return InsideSeen(
        setup=setup,
        in_flight=in_flight,
        requests=requests,
        seconds=seconds,
        held_s=sum(holds),
        longest_held_s=statistics.median(long) if long else 0.0,
        held_cpu_s=after["loop_cpu_s"] - before["loop_cpu_s"],
        line=most if lines.get(most) else "",
        gil_share=(after["gil_s"] - before["gil_s"]) / max(seconds - waited, 1e-3),
        threads=dict(after["threads"]),
    )


def watch_growth(visitor: Visitor, setup: ServerSetup, in_flight: int) -> GrowthSeen:
    """Memory while the same load goes on. Raises ServerFailed."""
    requests, sizes, total = [], [], 0
    with running(visitor.serving, setup, visitor.reference.requests[0]) as server:
        for _ in range(GROWTH_LOOKS):
            result = visitor.generator.run(
                visitor.phase(server, in_flight=in_flight, window_s=GROWTH_WINDOW_S)
            )
            if server.deaths():
                raise ServerFailed(ServiceCause.DIED, server.last_words())
            total += sum(result.answers.values())
            if (size := server.memory()) is not None:
                requests.append(total)
                sizes.append(size)
    return GrowthSeen(setup, requests, sizes)
