"""One demo under one model, in a fresh process: follow its events, take its figures, judge them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from bench.core.demo import Demo, Event, Outcome, Trace
from bench.core.observation import Cause
from bench.core.sanitize import one_line
from bench.execution.child_process import LONGEST_REASON, Place, exchange
from bench.execution.demos.shown import code_of
from bench.execution.watchdog import Watchdog

TIMEOUT_S = 20.0
HERE = Place()
OnEvent = Callable[[Event], object]


def play(
    demo: Demo,
    model: str,
    on_event: OnEvent,
    watchdog: Watchdog,
    timeout: float = TIMEOUT_S,
    place: Place = HERE,
) -> Outcome:
    """The outcome of a demo; ``on_event`` gets its events as they come. Whatever goes wrong is in the outcome
    and never raised."""
    if not demo.has(model):
        return Outcome(demo.name, model, error=f"no counterpart: {demo.why_not.get(model, 'no such model')}")
    events: list[Event] = []
    began = 0.0

    def is_progress(line: bytes) -> bool:
        """Whether a line is anything but figures or an error: an event, the start, or a print."""
        nonlocal began
        message = parsed(line)
        if isinstance(message, list):
            at_s, who, what, state = message
            events.append(Event(at_s - began, who, what, state))
            on_event(events[-1])
        elif isinstance(message, dict):
            began = message.get("began", began)
            return "began" in message
        return True

    module = ["bench.execution.demos.worker", demo.target(), model]
    answer: dict[str, Any] = {}
    try:
        got = exchange(module, None, place, watchdog, timeout, is_progress=is_progress)
        if got.line:
            answer = json.loads(got.line)
        elif got.ended:
            late = got.ended.cause is Cause.TIMEOUT
            answer["error"] = f"{f'not done within {timeout:g} s' if late else got.ended.why}; it was ended"
        else:
            answer["error"] = one_line(got.early_end(), LONGEST_REASON)
    except OSError as error:
        answer["error"] = f"it cannot be started: {error}"
    events.sort(key=lambda event: event.at_s)  # of two processes, the later may be read first
    makespan = events[-1].at_s - events[0].at_s if events else 0.0
    outcome = Outcome(
        demo.name,
        model,
        events,
        makespan,
        answer.get("values", {}),
        error=answer.get("error"),
        code=code_of(demo, model),
    )
    return outcome if outcome.error else judge(demo, outcome)


def judge(demo: Demo, outcome: Outcome) -> Outcome:
    """The outcome with the figures of its events and the expectations that it does not meet."""
    trace = Trace(outcome.model, outcome.events, dict(outcome.values))
    try:
        trace.values |= demo.figures(trace)
        demo.expect(trace)
        return replace(outcome, values=trace.values, unmet=trace.unmet)
    except Exception as error:  # an event or a figure is not there, or makes no sense
        why = error.args[0] if isinstance(error, LookupError) else f"{type(error).__name__}: {error}"
        return replace(outcome, values=trace.values, unmet=[f"it cannot be judged: {why}"])


def parsed(line: bytes) -> object:
    """The JSON of a line; None for what is none, such as a print."""
    try:
        return json.loads(line)
    except ValueError:
        return None
