"""Runner: one concurrency model; Job: what it runs; Pool: the workers that it starts."""

from __future__ import annotations

import dataclasses
import importlib.util
import os
import sys
import threading
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol

from bench.core.batch import Batch
from bench.core.cell import Scalar, Spec
from bench.core.registry import Registry, unknown
from bench.core.workload import Env, Flavour, Workload, load


@dataclass(frozen=True)
class Job:
    """The workload and the concurrency that a runner is given. Pool workers get it and build the workload
    themselves, which never crosses."""

    spec: Spec
    env: Env
    concurrency: int
    options: dict[str, Scalar] = field(default_factory=dict)

    def load(self) -> Workload:
        """Build the workload here."""
        return load(self.spec)

    def alone(self) -> Job:
        """The same job for a worker that runs one task at a time, with a session of its own."""
        return dataclasses.replace(self, env=dataclasses.replace(self.env, concurrency=1))


@dataclass(frozen=True)
class Worker:
    """A process of a pool, as it describes itself."""

    pid: int | None  # None: it may run on another machine
    gil: bool


def gil_enabled() -> bool:
    """Whether this interpreter's GIL is on now; an import may have turned it on again."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


class Pool(Protocol):
    """Workers that have started, each with its session open."""

    start_method: str | None
    loop: str | None

    def workers(self) -> list[Worker]:
        """The processes that belong to the pool, this one first."""

    def warm_up(self) -> Batch:
        """Run one task on every worker or slot."""

    def run(self, n: int, due: Sequence[float] | None = None) -> Batch:
        """Run tasks 0 to n - 1, at most ``concurrency`` of them in flight. ``due``: see ``Batch``."""

    def threads(self, idents: Iterable[int]) -> list[tuple[int, int]]:
        """(pid, native thread id) of the workers named in a batch, while they live."""


class InProcess:
    """Base class of pools whose workers are threads of this process."""

    start_method: str | None = None
    loop: str | None = None

    def workers(self) -> list[Worker]:
        return [Worker(os.getpid(), gil_enabled())]

    def threads(self, idents: Iterable[int]) -> list[tuple[int, int]]:
        native = {t.ident: t.native_id for t in threading.enumerate()}
        return [(os.getpid(), tid) for ident in idents if (tid := native.get(ident)) is not None]


class Runner:
    """Base class of concurrency models, each in the idiom that its documentation teaches."""

    name: ClassVar[str]
    summary: ClassVar[str]  # what runs the tasks, in a few words
    use_for: ClassVar[str]
    flavour: ClassVar[Flavour]  # which of a workload's methods it calls
    shares_process: ClassVar[bool]  # its workers live in one process
    shares_gil: ClassVar[bool] = True  # its workers share one GIL, where there is one
    requires: ClassVar[tuple[str, ...]] = ()  # modules
    place: ClassVar[int] = 100  # among the others, in lists
    core: ClassVar[bool] = False  # measured by `all` without --all-runners
    one_at_a_time: ClassVar[bool] = False  # never more than one task in flight
    one_thread: ClassVar[bool] = False  # every task runs on the same thread
    start_methods: ClassVar[tuple[str, ...]] = ()  # of its processes: "name[fork]" is the model with that one
    start_method: ClassVar[str] = ""  # that one; "": the model's own
    chunks: ClassVar[bool] = False  # takes the option "chunk": so many tasks are sent together
    sends: ClassVar[bool] = False  # takes the option "sent": the session is sent with each task
    own_sessions: ClassVar[bool] = False  # takes the option "own_session": one for each thread, not for all
    process_per_core: ClassVar[bool] = False  # and not one for each task in flight
    task_per_core: ClassVar[bool] = False  # no more in flight than cores, whatever the concurrency
    clusters: ClassVar[bool] = False  # takes the option "scheduler": a cluster, maybe on other machines
    picky: ClassVar[bool] = False  # some libraries fail under it: each workload is tried first
    most: ClassVar[int] = 100_000  # tasks in flight that it can sustain
    start_s: ClassVar[float] = 0.0  # rough seconds that it takes to start, besides its processes
    dispatch_s: ClassVar[float]  # rough seconds of overhead per task, for sizing batches

    def available(self) -> str | None:
        """Why this model cannot run here; None: it can."""
        absent = [name for name in self.requires if importlib.util.find_spec(name) is None]
        return f"it needs {', '.join(absent)}" if absent else None

    @cached_property
    def variants(self) -> tuple[Runner, ...]:
        """The same model with each of its start methods."""
        kind = type(self)
        return tuple(
            type(kind.__name__, (kind,), _started_by(self, method))() for method in self.start_methods
        )

    def prepare(self) -> None:
        """Called before anything else is imported."""

    def open(self, job: Job) -> AbstractContextManager[Pool]:
        """Start the workers and open their sessions; close both on leaving."""
        raise NotImplementedError


def _started_by(runner: Runner, method: str) -> dict[str, Any]:
    return {
        "name": f"{runner.name}[{method}]",
        "summary": f"{runner.summary}, started with {method}",
        "start_method": method,
        "start_methods": (),
        "core": False,
    }


class Runners(Registry[Runner]):
    """The runners; one that has start methods also as "name[method]", which ``all`` leaves out."""

    @cached_property
    def with_variants(self) -> tuple[Runner, ...]:
        """All of them, each followed by its variants."""
        return tuple(each for runner in self.all for each in (runner, *runner.variants))

    def load(self, name: str) -> Runner | None:
        base, bracket, _ = name.partition("[")
        runner = super().load(base)
        if runner is None or not bracket:
            return runner
        variants = {each.name: each for each in runner.variants}
        if name not in variants:
            raise unknown(self.kind, name, [runner.name, *variants])
        return variants[name]


RUNNERS = Runners("runner", "bench.runners", Runner, group="bench.runners")
"""Every runner: a file in ``bench/runners`` named as the model is, or an entry point of that name."""
