"""What a demo came to. Standard library only, as ``records``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Scalar = str | int | float | bool
State = Literal["runs", "waits", "ends"]


@dataclass(frozen=True)
class Event:
    """What somebody (a task, a thread, a process) said, and what they do from then on."""

    at_s: float  # since the demo began
    who: str
    what: str
    state: State


@dataclass(frozen=True)
class Outcome:
    """What a demo under one model came to. It ran as it should if nothing is unmet and there is no error."""

    demo: str
    model: str
    events: list[Event] = field(default_factory=list)  # in order of time
    makespan_s: float = 0.0  # from the first event to the last
    values: dict[str, Scalar] = field(default_factory=dict)  # figures, by name
    unmet: list[str] = field(default_factory=list)  # what was expected and did not come out
    error: str | None = None
    code: str = ""  # what ran
    python: str = ""  # on which interpreter

    @property
    def ok(self) -> bool:
        return not self.unmet and self.error is None
