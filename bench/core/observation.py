"""What measuring a cell gives: an observation, or a failure. Plain records that cross processes and files.

Standard library only: the measured interpreter imports this module and may have nothing else.
Times are seconds, memory is bytes, unless a name says otherwise.
"""

import math
from dataclasses import dataclass, field
from enum import StrEnum


@dataclass(frozen=True)
class ServiceShare:
    """What a service did over the batch alone. None: it could not be asked."""

    cpu_share: float | None = None  # of one core
    peak_in_flight: int | None = None
    connections_opened: int | None = None
    stalled_s: float | None = None  # the longest that it stalled


@dataclass(frozen=True)
class Parts:
    """Where the threads that worked spent the batch, summed over them (Linux)."""

    workers: int
    on_core_s: float
    waiting_s: float  # runnable, waiting for a core
    blocked_s: float  # the rest: sleeping, waiting for I/O, a lock or the GIL


@dataclass(frozen=True)
class Window:
    """The spans of consecutive tasks, by start: microseconds since the batch began, and who ran each."""

    start_us: list[int]
    length_us: list[int]
    worker: list[int]  # 0, 1, 2 ... in order of first appearance


@dataclass(frozen=True)
class WorkerLane:
    """When a worker of the study of turns ran, and when it waited for a core: microseconds since the first
    of them began."""

    ran_from_us: list[int]
    ran_us: list[int]
    queued_from_us: list[int] = field(default_factory=list)
    queued_us: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Observation:
    """What one cell gave in one block."""

    block: int
    key: str
    started: float  # seconds since the epoch
    wall_s: float = 0.0  # first task's start to last task's end
    n: int = 0
    steady_s: float | None = None  # per task, between filling and draining the slots; None: too few tasks
    import_s: float = 0.0  # the client's import, in the process that measures
    startup_s: float = 0.0  # from nothing to every worker ready with its session open
    first_task_s: float = 0.0  # the first task of all, cold
    latency_sum_s: float = 0.0
    latencies: dict[str, int] = field(default_factory=dict)  # bucket -> count, see core.histogram
    p50_s: float | None = None  # exact, where the histogram has buckets
    p95_s: float | None = None
    p99_s: float | None = None  # from 1,000 tasks on
    digest: str = ""
    threads_seen: int = 0  # distinct threads (or processes) that ran tasks
    cpu_s: float | None = None  # of every process of the pool, over the batch
    parts: Parts | None = None
    switches_voluntary: int | None = None
    switches_involuntary: int | None = None
    memory_peak: int | None = None  # sum of each process's peak; shared pages counted in each
    memory_pss: int | None = None  # at the end, shared pages divided among their users
    steal_s: float | None = None  # taken by the hypervisor, all cores
    gil: bool | None = None  # was it on in every worker, after the imports
    gil_by: str | None = None  # the module that turned it on in a build that can do without
    start_method: str | None = None
    loop: str | None = None
    client_version: str | None = None
    client_extension: bool | None = None
    services: dict[str, ServiceShare] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)  # what only its procedure measures
    effective_cores: float | None = None  # of the calibration cell
    spin_rate: float | None = None  # of the calibration cell: rounds/s of one process alone
    timer_error_s: float | None = None  # of the calibration cell: how late a sleep of 1 ms comes
    elsewhere: bool = False  # on other machines, maybe: their clocks and cores are not this one's
    window: Window | None = None
    lanes: list[WorkerLane] = field(default_factory=list)  # of the study of turns

    @property
    def seconds_per_task(self) -> float:
        """Of the steady part, or of all where there is none. NaN without a task."""
        if self.steady_s is not None:
            return self.steady_s
        return self.wall_s / self.n if self.n and self.wall_s > 0 else math.nan


class Stage(StrEnum):
    """How far a cell's process had come when the cell became void."""

    START = "start"
    SET_UP = "set-up"
    OPEN = "open"
    WARM_UP = "warm-up"
    BATCH = "batch"
    CLOSE = "close"
    PROCESS = "process"  # the process as a whole: it died, or its answer is of no use


class Cause(StrEnum):
    """What made a cell void."""

    ERROR = "error"  # something in the cell raised an exception
    WRONG_RESULT = "wrong result"  # a task returned something else than it does alone
    POOL_BROKE = "pool broke"  # a process of the pool died; standard error may say why
    CLUSTER = "cluster"  # the Dask cluster cannot run it
    SERVICE = "service"  # a server that it needs is gone, or does not answer
    TIMEOUT = "timeout"
    MEMORY = "memory"  # beyond --memory-limit
    DIED = "died"  # its process could not start, or ended before it answered
    ANSWER = "answer"  # no measurement could have given what it answered


@dataclass(frozen=True)
class Failure:
    """Why a cell gave nothing in a block."""

    block: int
    key: str
    stage: Stage
    reason: str  # for a reader; what code must know is in ``stage`` and ``cause``
    cause: Cause | None = None  # None: of a run that was saved without it
