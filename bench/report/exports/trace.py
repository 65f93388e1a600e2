"""Trace Event JSON of the spans that a run kept: for ui.perfetto.dev and chrome://tracing.

A cell is a process, beginning at 0 so that models stand below each other; a worker is a thread, a task a
complete event ("X", in microseconds); a counter follows the tasks in flight.

The tasks of an event loop overlap, and slices of one thread may not: Perfetto drops what is not nested. Such
a worker gets a track for each task that it has in flight ("worker 1, slot 3"), a task going into the
first that is free. Async events ("b", "e") would do, but this format cannot name their tracks, and every task
would need an id and two events.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from bench.analysis.timelines import Span, rows_of
from bench.core.observation import Observation, Window
from bench.core.run import Run
from bench.core.sanitize import one_line
from bench.findings.collect import Findings
from bench.report.exports import Export
from bench.report.exports._cells import name_of, nothing_for, to_json

Event = dict[str, Any]


def export(findings: Findings) -> str:
    """Every cell that kept spans. Raises UserError where none did."""
    run = findings.run
    kept = _kept(run)
    if not kept:
        raise nothing_for("a trace", "it recorded no task spans")
    tids = count(len(kept) + 1)  # no thread has the number of a process, or it would count as its main thread
    events = [event for pid, seen in enumerate(kept, 1) for event in _process(pid, seen, run, tids)]
    about = {"created": one_line(run.plan.created), "command": one_line(run.plan.command, 1000)}
    return to_json({"traceEvents": events, "displayTimeUnit": "ms", "otherData": about})


def _kept(run: Run) -> list[Observation]:
    """The first observation of each cell that has spans, in the order of the plan; a task with no work in it
    has no length to show."""
    empty = {info.label for info in run.plan.workloads if info.kind == "none"}
    found: dict[str, Observation] = {}
    for seen in run.observations:
        if seen.window and seen.window.start_us and run.plan.cell[seen.key].workload not in empty:
            found.setdefault(seen.key, seen)
    return [found[cell.key] for cell in run.plan.cells if cell.key in found]


def _process(pid: int, seen: Observation, run: Run, tids: Iterator[int]) -> Iterator[Event]:
    """The events of one cell."""
    cell = run.plan.cell[seen.key]
    name = name_of(cell, run)
    assert seen.window is not None
    spans = _spans(seen.window)
    needed, rows = rows_of(spans)
    tracks = [
        f"worker {worker}" + (f", slot {slot}" if slots > 1 else "")
        for worker, slots in enumerate(needed, 1)
        for slot in range(1, slots + 1)
    ]
    tid = [next(tids) for _ in tracks]
    yield _named("process_name", pid, 0, name=name)
    yield _named("process_sort_index", pid, 0, sort_index=pid)
    for row, track in enumerate(tracks):
        yield _named("thread_name", pid, tid[row], name=track)
        yield _named("thread_sort_index", pid, tid[row], sort_index=row)
    label = one_line(cell.workload)
    for span, row in zip(spans, rows, strict=True):
        at = {"ts": span.start_us, "dur": span.length_us, "pid": pid, "tid": tid[row]}
        yield {"name": label, "cat": "task", "ph": "X", **at}
    for moment, tasks in in_flight(spans):
        at = {"ts": moment, "pid": pid}
        yield {"name": "in flight", "cat": "task", "ph": "C", **at, "args": {"tasks": tasks}}
    if len(spans) < seen.n:  # the end of the spans is not idleness
        words = f"{len(spans)} of {seen.n} tasks are shown: those started up to here"
        yield {"name": words, "ph": "i", "s": "p", "ts": spans[-1].start_us, "pid": pid, "tid": tid[0]}


def _named(what: str, pid: int, tid: int, **args: object) -> Event:
    return {"name": what, "ph": "M", "pid": pid, "tid": tid, "args": args}


def _spans(window: Window) -> list[Span]:
    """By start; workers are numbered anew, so that their numbers are those of the tracks."""
    number: dict[int, int] = {}
    spans = sorted(zip(window.start_us, window.length_us, window.worker, strict=True))
    return [Span(start, length, number.setdefault(who, len(number))) for start, length, who in spans]


def in_flight(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """The tasks under way from each moment (microseconds) on at which their number changes; 0 at the end."""
    changes: Counter[int] = Counter()
    for span in spans:
        changes[span.start_us] += 1
        changes[span.end_us] -= 1
    tasks = 0
    counted = []
    for moment, change in sorted(changes.items()):
        tasks += change
        if change:
            counted.append((moment, tasks))
    return counted


EXPORT = Export("trace", "open it at https://ui.perfetto.dev or chrome://tracing", export)
