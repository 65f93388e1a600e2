"""One demo under one model, in a fresh process: follow its events, take its figures, judge them."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.core.demo import DEMOS, Demo, Event, Outcome
from bench.core.errors import UserError
from bench.core.sanitize import one_line
from bench.execution.child_process import end_group, how_it_ended
from bench.execution.demos.code import code_of
from bench.execution.stderr_tail import LONGEST, tail
from bench.execution.watchdog import Guard, keeping

TIMEOUT_S = 20.0
OnEvent = Callable[[Event], object]


@dataclass(frozen=True)
class DemoPlace:
    """Where a demo runs: by default on the Python that is running."""

    executable: str = sys.executable
    path: str = str(Path(__file__).parents[3])  # with ``bench`` and ``workloads`` in it
    environment: Mapping[str, str] = field(default_factory=dict)


def run_demo(name: str, model: str, on_event: OnEvent, guard: Guard | None = None) -> Outcome:
    """Run the demo of that name, and hand over its events as they come.

    Whatever goes wrong, with the demo or with its name, is in the outcome and never raised. A caller that
    runs several gives a guard of its own, which saves starting one for each.
    """
    try:
        demo = DEMOS.get(name)
    except UserError as error:
        return Outcome(name, model, error=str(error))
    return play(demo, model, on_event, guard)


def play(
    demo: Demo,
    model: str,
    on_event: OnEvent,
    guard: Guard | None = None,
    timeout: float = TIMEOUT_S,
    place: DemoPlace | None = None,
) -> Outcome:
    """``run_demo`` for a demo that is at hand."""
    if not demo.has(model):
        return Outcome(demo.name, model, error=f"no counterpart: {demo.why_not.get(model, 'no such model')}")
    events: list[Event] = []

    def heard(event: Event) -> None:
        events.append(event)
        on_event(event)

    try:
        with ExitStack() as stack:
            told = perform(
                demo, model, heard, guard or stack.enter_context(Guard()), timeout, place or DemoPlace()
            )
    except OSError as error:
        told = {"error": f"it cannot be started: {error}"}
    events.sort(key=lambda event: event.at_s)  # of two processes, the later may be heard first
    makespan = events[-1].at_s - events[0].at_s if events else 0.0
    values = dict(told.get("values", {}))
    outcome = Outcome(
        demo.name, model, events, makespan, values, [], told.get("error"), code=code_of(demo, model)
    )
    return outcome if outcome.error else judge(demo, outcome)


def judge(demo: Demo, outcome: Outcome) -> Outcome:
    """The outcome with the figures that its events give, and with what did not come out."""
    try:
        values = outcome.values | demo.figures(outcome.model, outcome.events)
        outcome = dataclasses.replace(outcome, values=values)
        return dataclasses.replace(outcome, unmet=demo.expect(outcome.model, outcome))
    except Exception as error:  # an event or a figure is not there, or makes no sense
        why = error.args[0] if isinstance(error, LookupError) else f"{type(error).__name__}: {error}"
        return dataclasses.replace(outcome, unmet=[f"it cannot be judged: {why}"])


def perform(
    demo: Demo, model: str, heard: OnEvent, guard: Guard, timeout: float, place: DemoPlace
) -> dict[str, Any]:
    """Start the process, hand over events, and return its last line: figures or an error."""
    with guard.temporary_folder("bench-demo-") as folder, tempfile.TemporaryFile(dir=folder) as stderr:
        process = guard.start(
            [place.executable, "-P", "-m", "bench.execution.demos.worker", demo.target(), model],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            env={**os.environ, **keeping(folder), **place.environment, "PYTHONPATH": place.path},
        )
        assert process.stdin is not None
        assert process.stdout is not None
        began = 0.0
        try:
            with contextlib.suppress(BrokenPipeError), process.stdin:
                process.stdin.write(b"\n")
            for line in lines_of(process, time.monotonic() + timeout):
                event, told = understand(line)
                if event:
                    at_s, who, what, state = event
                    heard(Event(at_s - began, who, what, state))
                elif "began" in told:
                    began = told["began"]
                elif told:
                    with contextlib.suppress(subprocess.TimeoutExpired):
                        process.wait(2)  # it ends by itself
                    return told
            late = process.poll() is None
        finally:
            end_group(process, guard)
            process.stdout.close()
        if late:
            return {"error": f"not done within {timeout:g} s; it was ended"}
        said = one_line(tail(stderr.fileno()), LONGEST)
        return {"error": how_it_ended(process.returncode) + (f": {said}" if said else "")}


def understand(line: bytes) -> tuple[list[Any], dict[str, Any]]:
    """An event as a list, or another message as a dict; both empty for what is neither, such as a print."""
    try:
        told = json.loads(line)
    except ValueError:
        told = None
    return (told if isinstance(told, list) else []), (told if isinstance(told, dict) else {})


def lines_of(process: subprocess.Popen[bytes], deadline: float) -> Iterator[bytes]:
    """Lines as they come, until the process has ended or the time is up.

    Not until the end of the stream alone: a stray child may hold it open.
    """
    assert process.stdout is not None
    pending = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while (left := deadline - time.monotonic()) > 0:
            if not selector.select(min(left, 0.1)):
                if process.poll() is not None:
                    return
                continue
            piece = os.read(process.stdout.fileno(), 1 << 16)
            if not piece:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(1)
                return
            *lines, pending = (pending + piece).split(b"\n")
            yield from lines
