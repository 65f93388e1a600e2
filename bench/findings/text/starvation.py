"""What neighbours that compute do to requests, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bench.analysis.starvation import Case
from bench.analysis.statistics import Estimate
from bench.findings.text.caveats import caveat
from bench.findings.text.figures import duration

NUMBERS = ("no", "one", "two", "three", "four")
NO_LONGER = "no longer that this run can show"


def sentences(found: Sequence[Case], *, usual_ms: float, free: bool) -> list[str]:
    """What was found. ``usual_ms``: Python's own switch interval; ``free``: the build had no GIL."""
    said = [usual(found, usual_ms, free=free), loop(found), intervals(found)]
    return [sentence for sentence in said if sentence] or [plainly(found[0])]


def neighbours_of(case: Case) -> str:
    """ "1 thread", "2 threads", "1 process", "alone"."""
    kind, many = case.beside.kind, case.beside.many
    plural = {"process": "processes"}.get(kind, f"{kind}s")
    return f"{many} {kind if many == 1 else plural}" if kind else "alone"


def usual(found: Sequence[Case], usual_ms: float, *, free: bool) -> str:
    """Threads at the usual switch interval, and a process, as a reader feels them."""
    there = [case for case in found if case.beside.interval_ms == usual_ms]
    threads = {
        case.beside.many: case.longer for case in there if case.beside.kind == "thread" and case.longer
    }
    process = next((case.longer for case in there if case.beside.kind == "process"), None)
    said = []
    if threads:
        start = "Without a GIL, each request waits" if free else "Each request waits"
        said.append(f"{start} {_beside_threads(threads)} (switch interval {usual_ms:g} ms)")
    if process:
        place = "beside a process that computes"
        said.append(f"{place}, {_wait(process)}" if said else f"Each request waits {_wait(process)} {place}")
    doubt = caveat([*threads.values(), *([process] if process else [])])
    return f"{'; '.join(said)}{doubt}." if said else ""


def _beside_threads(waits: Mapping[int, Estimate]) -> str:
    """By how many threads there are."""
    names = [NUMBERS[many] if many < len(NUMBERS) else str(many) for many in waits]
    one, more = "thread that computes", "threads that compute"
    if not any(wait.low > 0 for wait in waits.values()):
        noun = one if list(waits) == [1] else more
        return f"{NO_LONGER} beside {' or '.join(names)} {noun}"
    parts = [f"{_wait(wait)} beside {name}" for name, wait in zip(names, waits.values(), strict=True)]
    parts[0] += f" {one if next(iter(waits)) == 1 else more}"
    return ", ".join(parts)


def _wait(value: Estimate) -> str:
    return f"{duration(value.median)} longer" if value.low > 0 else NO_LONGER


def loop(found: Sequence[Case]) -> str:
    """The task on the loop."""
    case = next((case for case in found if case.beside.kind == "task" and case.longer), None)
    if case is None or case.longer is None:
        return ""
    pieces = f" in pieces of {case.beside.piece_ms:g} ms" if case.beside.piece_ms else ""
    start = f"On the loop of {case.beside.runner}, beside a task that computes{pieces}, each request"
    if case.longer.low <= 0:
        return f"{start} waits {NO_LONGER}{caveat([case.longer])}."
    said = f"{start} waits {duration(case.longer.median)} longer"
    if case.later and case.later.low > 0:
        said += f", {duration(case.later.median)} of it before it begins"
    return f"{said}{caveat([case.longer])}."


def intervals(found: Sequence[Case]) -> str:
    """What one thread costs, by switch interval; only where it costs something at two of them."""
    costs = {
        case.beside.interval_ms: case.longer
        for case in found
        if case.beside.kind == "thread" and case.beside.many == 1 and case.beside.interval_ms and case.longer
    }
    parts = [
        f"{duration(value.median)} at {interval:g} ms"
        for interval, value in costs.items()
        if interval and value.low > 0
    ]
    if len(parts) < 2:
        return ""
    said = f"By switch interval, one thread that computes costs each request {', '.join(parts)}"
    return f"{said}{caveat(costs.values())}."


def plainly(case: Case) -> str:
    """Where nothing can be compared."""
    beside = case.beside
    where = f"beside {neighbours_of(case)}" if beside.kind else "alone"
    return f"Under {beside.runner}, {where}, a request takes {duration(case.mean.median)}."
