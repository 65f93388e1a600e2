"""A study: a question that needs cells of its own, and which cells. What a run answers to it is in the module
of the same name in ``bench.findings.studies``; a study that an installed package brings has a method
``answer(summary)`` instead."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from bench.core.cell import A_A, MAIN, Scalar
from bench.core.registry import Registry
from bench.core.run import Plan
from bench.core.runner import Runner
from bench.core.workload import Workload
from bench.planning.descriptions import variant


@dataclass(frozen=True)
class StudyScope:
    """Runners, cores and options that a study may measure with, on one interpreter."""

    runners: Sequence[Runner]  # those that were chosen and are available
    # (of advice on a function, all that are available, unless the user has ``chosen``)
    cores: int
    gil: bool
    quick: bool  # as a part of a default run, where time is short
    workloads: Sequence[Workload] = ()  # (): the study's own
    concurrencies: Sequence[int] = ()  # (): the study's own
    version: tuple[int, int] = (3, 11)  # of the interpreter
    chosen: bool = False  # whether the user named the runners, or wants all
    beside: bool = False  # whether the interpreter is there only for a free-threaded one to be held against

    def runner(self, name: str) -> Runner | None:
        """The runner of that name, if it may be used."""
        return next((runner for runner in self.runners if runner.name == name), None)


@dataclass(frozen=True)
class CellRequest:
    """A cell that the comparison or a study wants. Without ``n``, a pilot run sizes the batch."""

    workload: Workload
    runner: Runner
    concurrency: int
    options: dict[str, Scalar] = field(default_factory=dict)
    procedure: str = "batch"
    n: int | None = None
    expected_s: float | None = None  # where the tasks do not tell how long the cell lasts
    waves: int = 1  # at least so many full windows of tasks
    most_tasks: float = math.inf  # but at least one full window
    pilot_concurrency: int = 0  # of a second pilot run: what a task costs with so many in flight
    longest_s: float = math.inf  # a cell that would take longer is left out, and listed
    dispatch_s: float | None = None  # seconds that the model adds to a task, where its options change that
    lacks: str = ""  # why this interpreter cannot run it: listed, and not measured
    window: int = 0  # tasks in flight of its rivals, of which sync has a full window in a batch
    study: str = ""  # filled in by the planning

    @property
    def label(self) -> str:
        """The name of its workload in the plan: another size of task is another workload there, but in the
        comparison, where the parameters are those of the whole run."""
        if self.study in (MAIN, A_A):
            return self.workload.label()
        return self.workload.title() + variant(self.workload)

    @property
    def needs_pilot(self) -> bool:
        """Whether a pilot run must size its batch or show that its workload runs here."""
        return self.n is None or self.expected_s is None or bool(self.workload.services)


FEWEST_BLOCKS = 6  # that give an interval of 95 %


class Study:
    """Base class of studies: a question, and the cells that it wants measured."""

    name: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]  # in one sentence
    place: ClassVar[int]  # in the report
    how: ClassVar[str]  # how it is measured, for the reader who asks
    in_all: ClassVar[bool] = False  # its quick form is part of every default run
    command: ClassVar[str] = ""  # that measures it, if it is not `run --study NAME`
    blocks: ClassVar[int | None] = None  # as many by default as the mode has, or these
    blocks_in_all: ClassVar[int] = FEWEST_BLOCKS  # of a default run
    settles_early: ClassVar[bool] = False  # cells whose verdict is clear are measured in no further blocks
    once: ClassVar[bool] = False  # in one block: it shows something, and compares nothing
    takes_workloads: ClassVar[bool] = False  # measures what -w names
    takes_concurrencies: ClassVar[bool] = False  # measures at the concurrencies that -c names

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        """The cells it wants; none where it reads those of the comparison."""
        return []


STUDIES: Registry[Study] = Registry("study", "bench.planning.studies", Study, group="bench.studies")
"""Every study, in the order of the report: a file in ``bench/planning/studies`` of its name."""


def settle_early(plan: Plan) -> bool:
    """Whether a run ends as soon as what it asks is clear: one of studies alone that do."""
    alone = bool(plan.studies) and plan.mode == "default"
    return alone and all(STUDIES.get(name).settles_early for name in plan.studies)
