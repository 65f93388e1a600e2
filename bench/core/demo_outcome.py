"""Events of a demo, their trace with its checks, and the outcome. Standard library only, as ``run``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

from bench.core.cell import Scalar

State = Literal["runs", "waits", "ends"]


@dataclass(frozen=True)
class Event:
    """What somebody (a task, a thread, a process) said, and their state from then on."""

    at_s: float  # since the demo began
    who: str
    what: str
    state: State


@dataclass(frozen=True)
class Outcome:
    """Result of a demo under one model: as expected if nothing is unmet and there is no error."""

    demo: str
    model: str
    events: list[Event] = field(default_factory=list)  # in order of time
    makespan_s: float = 0.0  # from the first event to the last
    values: dict[str, Scalar] = field(default_factory=dict)  # figures, by name
    unmet: list[str] = field(default_factory=list)  # expectations, a sentence each
    error: str | None = None
    code: str = ""  # what ran
    python: str = ""  # on which interpreter

    @property
    def ok(self) -> bool:
        return not self.unmet and self.error is None


@dataclass
class Trace:
    """Events and figures, with checks that add a sentence to ``unmet`` where they do not hold.

    A step is who said something and how that begins, such as "oven done". A missing one raises LookupError.
    """

    model: str
    events: Sequence[Event]
    values: dict[str, Any]  # figures, by name
    unmet: list[str] = field(default_factory=list)

    def when(self, step: str) -> float:
        """The moment of the first such event."""
        for event in self.events:
            if f"{event.who} {event.what}".startswith(step):
                return event.at_s
        raise LookupError(f"there is no event {step!r}")

    def has(self, step: str) -> bool:
        """Whether there is such an event."""
        return any(f"{event.who} {event.what}".startswith(step) for event in self.events)

    def turns(self, step: str, after: str, before: str) -> int:
        """The number of such events between two others."""
        begin, end = self.when(after), self.when(before)
        between = [event for event in self.events if begin < event.at_s < end]
        return sum(f"{event.who} {event.what}".startswith(step) for event in between)

    def span(self, who: str) -> tuple[float, float]:
        """From the first event of ``who`` to the first at which they end."""
        own = [event for event in self.events if event.who == who]
        for event in own:
            if event.state == "ends":
                return own[0].at_s, event.at_s
        raise LookupError(f"{who} never ended")

    def lasted(self, who: str) -> float:
        """Seconds of that span."""
        begin, end = self.span(who)
        return end - begin

    def in_order(self, *steps: str) -> None:
        """Each step came before the next."""
        for first, second in pairwise(steps):
            self.must(self.when(first) <= self.when(second), f"{second!r} came before {first!r}")

    def overlapping(self, *names: str) -> None:
        """All of them were under way at some moment."""
        begins, ends = zip(*map(self.span, names), strict=True)
        self.must(max(begins) < min(ends), f"{', '.join(names)} were never under way at the same time")

    def one_after_another(self, *names: str) -> None:
        """Each ended before the next began."""
        for first, second in pairwise(names):
            ended_before = self.span(first)[1] <= self.span(second)[0]
            self.must(ended_before, f"{second} began before {first} had ended")

    def must(self, holds: object, otherwise: str) -> None:
        """It holds; else the sentence is noted."""
        if not holds:
            self.unmet.append(otherwise)
