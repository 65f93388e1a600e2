"""Demo: one construct of concurrency under each model, with the events that it reports.

Standard library only: a demo runs in a process of its own, and so do the processes that it starts.
"""

import json
import os
from collections.abc import Mapping
from time import perf_counter
from typing import ClassVar

from bench.core.cell import Scalar
from bench.core.code_loading import find
from bench.core.demo_outcome import Event, Outcome, State, Trace
from bench.core.registry import Registry

__all__ = ["DEMOS", "MODELS", "Demo", "Event", "Figures", "Outcome", "State", "Trace", "load_demo", "say"]

Figures = dict[str, Scalar]

MODELS = ("sync", "threading", "multiprocessing", "asyncio")


def say(who: str, what: str, state: State = "runs") -> None:
    """Report an event, from any task, thread or process of a demo.

    A line on descriptor 1, which is the harness's pipe: child processes inherit it, a line of this length is
    written whole, and ``perf_counter`` is one clock for all processes.
    """
    os.write(1, json.dumps([perf_counter(), who, what, state]).encode() + b"\n")


class Demo:
    """Base class of demos.

    A method named after a model (``sync``, ``threading``, ``multiprocessing``, and ``asyncio``, a coroutine
    function) does the job under it and is shown as it is, with the functions of its file that it uses. It
    takes no arguments, reports what happens by ``say``, and may return figures.
    """

    name: ClassVar[str]
    place: ClassVar[int]  # in the list
    question: ClassVar[str]  # in one sentence
    notice: ClassVar[str]  # in two: what the events show
    why_not: ClassVar[Mapping[str, str]] = {}  # for each model without a method: why it has none

    def figures(self, trace: Trace) -> Figures:
        """Figures computed from the events."""
        return {}

    def probe(self, model: str) -> Figures:
        """Figures of a separate experiment, made after the demo in its process and not shown."""
        return {}

    def expect(self, trace: Trace) -> None:
        """Check order, overlaps and figures; times only by wide margins, since a machine may be busy."""
        raise NotImplementedError

    @classmethod
    def has(cls, model: str) -> bool:
        """Whether it has a method for that model."""
        return hasattr(cls, model)

    @classmethod
    def target(cls) -> str:
        """Where the class is found: ``module:Class``."""
        return f"{cls.__module__}:{cls.__qualname__}"


def load_demo(target: str) -> Demo:
    """The demo at ``module:Class``. Raises ImportError or AttributeError when it is not there."""
    made = find(target)()
    assert isinstance(made, Demo)
    return made


DEMOS: Registry[Demo] = Registry("demo", "workloads.patterns", Demo)
"""Every demo, in the order in which one builds on another: a file in ``workloads/patterns`` of its name."""
