"""A study: a question that needs cells of its own. Each file in ``bench/studies`` has one, of its name."""

from __future__ import annotations

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from bench.core.records import Scalar
from bench.core.runner import Runner
from bench.core.workload import Workload
from bench.findings.answer import Answer

if TYPE_CHECKING:  # it loads pandas, and making cells must not
    from bench.analysis.summary import Summary


@dataclass(frozen=True)
class Asked:
    """What a study may measure with."""

    runners: Sequence[Runner]  # those that were chosen and are to be had
    cores: int
    gil: bool
    quick: bool  # as a part of a default run, where time is short
    workloads: Sequence[Workload] = ()  # (): the study's own
    levels: Sequence[int] = ()  # of concurrency; (): the study's own
    version: tuple[int, int] = (3, 11)  # of the interpreter

    def runner(self, name: str) -> Runner | None:
        """The runner of that name, if it may be used."""
        return next((runner for runner in self.runners if runner.name == name), None)


@dataclass(frozen=True)
class Arm:
    """A cell that a study wants. Without ``n`` a first try of the workload sizes the batch."""

    workload: Workload
    runner: Runner
    concurrency: int
    options: dict[str, Scalar] = field(default_factory=dict)
    procedure: str = "batch"
    n: int | None = None
    expected_s: float | None = None  # where the tasks do not tell how long the cell lasts
    waves: int = 1  # at least so many full windows of tasks
    most: float = math.inf  # at most so many tasks; at least one full window
    crowd: int = 0  # so many in flight in a second first try: what a task costs among many
    longest_s: float = math.inf  # what would take longer is left out, and listed
    dispatch_s: float | None = None  # seconds that the model adds to a task, where its options change that


class Study:
    """The base of every study."""

    name: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]  # in one sentence
    place: ClassVar[int]  # in the report
    how: ClassVar[str]  # how it is measured, for the reader who asks
    in_all: ClassVar[bool] = False  # its quick form is part of every default run
    command: ClassVar[str] = ""  # that measures it, if it is not `run --study NAME`
    takes_workloads: ClassVar[bool] = False  # measures what -w names
    takes_levels: ClassVar[bool] = False  # at the tasks in flight that -c names

    def arms(self, asked: Asked) -> list[Arm]:
        """The cells it wants; none where it reads those of the comparison."""
        return []

    def answer(self, summary: Summary) -> Answer | None:
        """What the run says, or None where it measured nothing of this."""
        raise NotImplementedError


def load_study(name: str) -> Study:
    """The study of that name: the file is called after it. Raises ModuleNotFoundError."""
    module = importlib.import_module(f"bench.findings.studies.{name.replace('-', '_')}")
    made = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Study)]
    return next(kind() for kind in made if kind.__module__ == module.__name__)
