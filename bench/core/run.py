"""What a run is: its plan (cells, machine, interpreters ...), and what came of it. Plain records that cross
processes and files.

Standard library only: the measured interpreter imports this module and may have nothing else.
Times are seconds, memory is bytes, unless a name says otherwise.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from bench.core.cell import Cell, Scalar
from bench.core.demo_outcome import Outcome
from bench.core.observation import Cause, Failure, Observation

SCHEMA = 2
"""Version of the run folder's files; a reader refuses what is newer."""


@dataclass(frozen=True)
class Machine:
    """What the run was measured on."""

    system: str
    processor: str
    host: str
    cores: int  # usable by this process: affinity and cgroup quota
    cores_shown: int
    memory: int | None
    load: float | None  # one-minute load average when the run began
    processor_id: str = ""  # "AuthenticAMD 25/17/1, 32768K": its maker, family, model, stepping and cache
    quota: float | None = None  # cores' worth of CPU time that control groups allow; None: no limit is known


@dataclass(frozen=True)
class Finding:
    """What a check saw of the machine (see ``bench.environment.checks``)."""

    name: str  # "load"
    verdict: Literal["good", "poor", "unknown"]
    said: str  # with the figure: it goes on from "the load was"
    advice: str = ""  # what to do about it, where it is poor


@dataclass(frozen=True)
class Interpreter:
    """A measured Python."""

    name: str  # what the cells call it
    executable: str
    version: str
    implementation: str
    gil: bool  # as it started: what a cell imports may turn it on, see ``Observation.gil_by``
    free_threaded_build: bool
    jit: bool | None = None  # whether its just-in-time compiler is on; None: it has none, or it is unknown
    build: str = ""  # compiler and options
    environment: dict[str, str] = field(default_factory=dict)  # what changes how it runs: PYTHON_GIL ...
    packages: dict[str, str] = field(default_factory=dict)  # the clients it has, and their versions
    revision: str = ""  # of the measured code, where two are compared: "v1.2 (1a2b3c4d5)"
    compared_with: str = ""  # the name of the one with the working tree
    beside: bool = False  # not named by the user: what a free-threaded build is held against


@dataclass(frozen=True)
class WorkloadInfo:
    """What the analysis must know of a workload without loading it."""

    label: str
    name: str
    family: str
    client: str | None
    bound: str  # "io", "cpu", "mixed" or "none"
    summary: str
    kind: str  # the column of the matrix: "io", "cpu-python", "cpu-native", "mixed" or "none"
    lesson: bool  # shown for what it teaches, kept out of the headlines
    wait_s: float  # the waiting that one task asks for
    code: str = ""  # a digest of the files that it is loaded from; "": not known
    params: dict[str, Scalar] = field(default_factory=dict)
    shipped: bool = True  # one of this package's, of which it is known what its tasks wait for
    releases_gil: bool = False  # while it computes; older runs say so of the kind "cpu-native" alone
    spreads: bool = False  # computes in child processes or threads of its client, under any model


@dataclass(frozen=True)
class RunnerInfo:
    """What the report says of a runner."""

    name: str
    summary: str
    use_for: str
    shares_process: bool
    shares_gil: bool = True  # as its workers do that share a process, unless each is an interpreter
    one_thread: bool = False


@dataclass(frozen=True)
class Missing:
    """A cell that this run wanted and could not have."""

    workload: str
    runner: str  # "" : under every runner
    reason: str
    broken: bool = False  # it was here, and failed when it was tried
    python: str = ""  # "" : on every interpreter
    cause: Cause | None = None  # where it failed when it was tried
    left_out: bool = False  # one of its levels, which would have taken too long


@dataclass(frozen=True)
class MongoServer:
    """Which MongoDB is queried, as far as it may be saved: a URI may have credentials."""

    kind: Literal["embedded", "given", "mongod"] = "embedded"
    binary: str = ""  # of a mongod that is started, as it was named
    delay_s: float = 0.0  # by which that holds each find


@dataclass(frozen=True)
class Plan:
    """All that was decided before the first cell; saved as ``run.json``."""

    created: str  # ISO 8601, UTC
    command: str
    mode: str  # "default", "quick", "thorough"
    seed: int
    blocks: int  # at most
    threshold: float  # +-, as a share: 0.05
    machine: Machine
    interpreters: list[Interpreter]
    workloads: list[WorkloadInfo]
    runners: list[RunnerInfo]
    cells: list[Cell]
    expected_s: dict[str, float] = field(default_factory=dict)  # by cell key: for time limits and progress
    services: dict[str, str] = field(default_factory=dict)  # name -> what it was
    missing: list[Missing] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)  # of what measures; see ``Interpreter.packages``
    studies: list[str] = field(default_factory=list)
    study_blocks: int | None = None  # studies end after so many; None: they are in every block
    seldom: dict[str, int] = field(default_factory=dict)  # by cell key: in every so many blocks; else in all
    settled: dict[str, int] = field(default_factory=dict)  # by cell key: needs no more than so many blocks
    budget_s: float | None = None
    memory_limit: int | None = None  # bytes of a cell's processes together
    findings: list[Finding] = field(default_factory=list)  # of the machine, before anything was measured
    demos: list[str] = field(default_factory=list)  # the models under which they are shown
    mongo: MongoServer = MongoServer()
    resumed: list[str] = field(default_factory=list)  # when the run went on after it had ended early
    status: str = "running"  # then "done", "interrupted" or "failed"
    schema: int = SCHEMA
    environment: dict[str, str] | None = None
    """The variables of measured processes that slow, tune or fix what they do, see ``core.variables``; None:
    not known, of a run that was saved without."""

    @cached_property
    def cell(self) -> dict[str, Cell]:
        """Cells by key."""
        return {cell.key: cell for cell in self.cells}


@dataclass(frozen=True)
class Run:
    """A plan and what came of it."""

    plan: Plan
    observations: list[Observation]
    failures: list[Failure]
    folder: str = ""
    demos: list[Outcome] = field(default_factory=list)

    @property
    def results(self) -> list[Observation | Failure]:
        """What was measured, and what failed."""
        return [*self.observations, *self.failures]
