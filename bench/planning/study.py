"""A study: a question that needs cells of its own, and which cells. What a run answers to it is in the module
of the same name in ``bench.findings.studies``."""

from __future__ import annotations

import importlib
import math
import pkgutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import ClassVar

from bench.core.catalog import named
from bench.core.records import Scalar
from bench.core.runner import Runner
from bench.core.workload import Workload

PACKAGE = "bench.planning.studies"


@dataclass(frozen=True)
class StudyScope:
    """Runners, cores and options that a study may measure with, on one interpreter."""

    runners: Sequence[Runner]  # those that were chosen and are available
    cores: int
    gil: bool
    quick: bool  # as a part of a default run, where time is short
    workloads: Sequence[Workload] = ()  # (): the study's own
    concurrencies: Sequence[int] = ()  # (): the study's own
    version: tuple[int, int] = (3, 11)  # of the interpreter

    def runner(self, name: str) -> Runner | None:
        """The runner of that name, if it may be used."""
        return next((runner for runner in self.runners if runner.name == name), None)


@dataclass(frozen=True)
class CellRequest:
    """A cell that a study wants. Without ``n``, a pilot run of the workload sizes the batch."""

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
    study: str = ""  # filled in by the planning

    @property
    def needs_pilot(self) -> bool:
        """Whether a pilot run must size its batch or show that its workload runs here."""
        return self.n is None or self.expected_s is None or bool(self.workload.services)


class Study:
    """Base class of studies: a question, and the cells that it wants measured."""

    name: ClassVar[str]
    title: ClassVar[str]
    question: ClassVar[str]  # in one sentence
    place: ClassVar[int]  # in the report
    how: ClassVar[str]  # how it is measured, for the reader who asks
    in_all: ClassVar[bool] = False  # its quick form is part of every default run
    command: ClassVar[str] = ""  # that measures it, if it is not `run --study NAME`
    takes_workloads: ClassVar[bool] = False  # measures what -w names
    takes_concurrencies: ClassVar[bool] = False  # measures at the concurrencies that -c names

    def cells(self, scope: StudyScope) -> list[CellRequest]:
        """The cells it wants; none where it reads those of the comparison."""
        return []


@cache
def all_studies() -> tuple[Study, ...]:
    """Every study, in the order in which the report shows them."""
    names = [module.name for module in pkgutil.iter_modules(importlib.import_module(PACKAGE).__path__)]
    return tuple(sorted(map(load_study, names), key=lambda study: study.place))


def find_studies(names: Iterable[str]) -> list[Study]:
    """The studies of those names. Raises UserError."""
    by_name = {study.name: study for study in all_studies()}
    return list(dict.fromkeys(named(by_name, "study", name) for name in names))


def load_study(name: str) -> Study:
    """The study of that name: the file is called after it. Raises ModuleNotFoundError."""
    module = importlib.import_module(f"{PACKAGE}.{name.replace('-', '_')}")
    made = [kind for kind in vars(module).values() if isinstance(kind, type) and issubclass(kind, Study)]
    return next(kind() for kind in made if kind.__module__ == module.__name__)
