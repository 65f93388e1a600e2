"""Starvation: what a neighbour that computes does to I/O in the same process."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bench.core.records import Scalar
from bench.core.runner import Runner
from bench.findings.answer import Answer, Axis, Dot, Dots, Table
from bench.findings.study import Arm, Asked, Study
from bench.findings.text.figures import UNKNOWN, duration
from workloads.http_fetch import Httpx

if TYPE_CHECKING:
    from bench.analysis.starvation import Case
    from bench.analysis.summary import Summary

# Few requests a second: those that overlap would wait for each other's turns, too. With two threads at 50 ms
# one takes seconds.
RATE, N, CONCURRENCY = 8.0, 20, 4
SLOW, SLOW_RATE, SLOW_N = (2, 50.0), 0.5, 5
USUAL_MS, PIECE_MS = 5.0, 20.0
THREADS, INTERVALS_MS = (1, 2), (0.5, USUAL_MS, 50.0)

GROUPS = {
    "thread": "threading, beside threads that compute",
    "process": "threading, beside a process that computes",
    "task": "asyncio, beside a task that computes on its loop",
}
COLUMNS = (
    "Model",
    "Beside it",
    "Switching",
    "Mean",
    "p50",
    "p95",
    "Starts late",
    "Longer",
    "Interval",
    "Each",
    "Stalled",
    "Blocks",
)


class Starvation(Study):
    name = "starvation"
    title = "Starvation"
    question = "What does a neighbour that computes do to I/O in the same process?"
    place = 50
    how = """
        The same HTTP request, which the server answers after 5 ms, 8 times a second (beside two threads at
        50 ms: every other second) at random moments (Poisson, the same ones in every cell), timed from when
        it was due: alone, beside threads of the same process that compute in Python, beside a process that
        does, and on an event loop beside a task that computes for 20 ms, then lets the loop go round once.
        Longer is the mean latency less that alone in the same block; each, the same for one neighbour;
        stalled, the share of the latency that this is. A thread that wants the GIL waits for up to a switch
        interval (sys.setswitchinterval, 5 ms by default), and a request wants it several times: to be
        handed out, to send, to read. A request on a loop takes several rounds of it. Starts late says how
        much of the wait comes before the request begins.
    """

    def arms(self, asked: Asked) -> list[Arm]:
        arms = []
        if threading := asked.runner("threading"):
            arms += [_arm(threading, switch_interval_ms=USUAL_MS)]
            arms += [
                _arm(
                    threading,
                    slow=(many, interval) == SLOW,
                    neighbour="thread",
                    neighbours=many,
                    switch_interval_ms=interval,
                )
                for many in THREADS
                for interval in INTERVALS_MS
            ]
            arms += [_arm(threading, neighbour="process", neighbours=1, switch_interval_ms=USUAL_MS)]
        if loop := asked.runner("asyncio"):
            arms += [_arm(loop), _arm(loop, neighbour="task", neighbours=1, piece_ms=PIECE_MS)]
        return arms

    def answer(self, summary: Summary) -> Answer | None:
        from bench.analysis.starvation import cases
        from bench.findings.text.starvation import sentences

        rows = summary.of(self.name)
        found = cases(rows)
        if not found:
            return None
        free = set(rows["gil"].dropna()) == {False}
        table = Table(COLUMNS, [_row(case) for case in found], names=2)
        said = sentences(found, usual_ms=USUAL_MS, free=free)
        glance = table.only("Model", "Beside it", "Switching", "p50", "p95", "Longer", "Stalled")
        return Answer(said, [_picture(found)], table, glance=glance)


def _arm(runner: Runner, *, slow: bool = False, **options: Scalar) -> Arm:
    rate, n = (SLOW_RATE, SLOW_N) if slow else (RATE, N)
    return Arm(
        Httpx(delay=0.005),
        runner,
        CONCURRENCY,
        {"rate": rate, **options},
        procedure="open_loop",
        n=n,
        expected_s=n / rate + 0.4,
    )


def _picture(found: Sequence[Case]) -> Dots:
    from bench.findings.text.starvation import neighbours_of

    runners = {"thread": "threading", "task": "asyncio"}  # the cells alone stand before these groups
    dots = []
    for kind, group in GROUPS.items():
        for case in found:
            alone = not case.beside.kind and case.beside.runner == runners.get(kind)
            if (alone or case.beside.kind == kind) and case.p50:
                p95 = f"p95 {duration(case.p95.median)}" if case.p95 else ""
                interval = case.beside.interval_ms if kind == "thread" and not alone else None
                name = neighbours_of(case) + (f", {interval:g} ms" if interval else "")
                dots.append(Dot(name, case.p50, case.beside.runner, p95, group))
    return Dots(
        "Latency of a request, by what computes beside it",
        "Threads are shown with their switch interval; the dot is the median request.",
        Axis("latency from when it was due", "s"),
        dots,
    )


def _row(case: Case) -> Sequence[str]:
    from bench.findings.text.starvation import neighbours_of

    beside, longer = case.beside, case.longer
    return (
        beside.runner,
        neighbours_of(case),
        f"{beside.interval_ms:g} ms" if beside.interval_ms else UNKNOWN,
        duration(case.mean.median),
        duration(case.p50.median) if case.p50 else UNKNOWN,
        duration(case.p95.median) if case.p95 else UNKNOWN,
        duration(case.late.median),
        duration(longer.median) if longer else UNKNOWN,
        f"{duration(longer.low)} to {duration(longer.high)}" if longer else UNKNOWN,
        duration(case.each),
        f"{max(case.stalled.median, 0):.0%}" if case.stalled else UNKNOWN,
        str(case.mean.n),
    )
