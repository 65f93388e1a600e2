"""An application behind a server: what is measured of it, under which set-ups, and what was seen. Standard
library only."""

from dataclasses import dataclass, field
from enum import StrEnum


class AppKind(StrEnum):
    """How a server calls an application."""

    ASGI = "asgi"
    WSGI = "wsgi"


@dataclass(frozen=True)
class App:
    """An application as a first look found it."""

    target: str  # "/a/file.py:app" or "package.module:app"
    folder: str  # where modules are looked for
    kind: AppKind
    factory: bool = False  # the target is called without arguments and returns the application
    framework: str = ""  # its class, with the version of the package: "FastAPI 0.115"; "": unknown
    servers: dict[str, str] = field(default_factory=dict)  # packages that are installed, with their versions


@dataclass(frozen=True)
class ServerSetup:
    """A server with its number of workers and threads."""

    server: str  # "uvicorn"
    mode: str = ""  # how its workers take requests, where it offers several: "gthread"
    workers: int = 1
    threads: int = 0  # of each worker; 0: none of the server's own, or as it chooses
    pool: int = 0  # threads to which the application's own pool is set in each worker; 0: as it is

    @property
    def key(self) -> str:
        """A name without blanks: "gunicorn-gthread-2x16"."""
        threads = f"x{self.threads}" if self.threads else ""
        pool = f"-pool{self.pool}" if self.pool else ""
        return f"{self.server}{'-' if self.mode else ''}{self.mode}-{self.workers}{threads}{pool}"


class ServiceCause(StrEnum):
    """Why a set-up, or a phase of it, has no figure."""

    START = "start"  # the server did not start
    SILENT = "silent"  # requests were not answered in time
    DIED = "died"  # a process of the server ended
    STATUS = "status"  # answers had another status than alone
    DIFFERS = "differs"  # answers had another content than alone
    DROPPED = "dropped"  # connections ended without an answer
    GENERATOR = "generator"  # the load generator could not have done five times as much


@dataclass(frozen=True)
class ServiceVoid:
    """A set-up, or a phase, without a figure, and why."""

    setup: ServerSetup
    block: int
    cause: ServiceCause
    detail: str = ""  # of the cause: the server's last words, an answer, how many
    in_flight: int = 0  # 0: before any load, or by the clock
    share: float = 0.0  # of the capacity, where requests came by the clock


@dataclass(frozen=True)
class LoadSeen:
    """A phase of load on a set-up: what came back, and what it cost."""

    setup: ServerSetup
    block: int
    in_flight: int  # kept so all the time; with a share, connections at most
    share: float  # of the capacity, at which requests came by the clock; 0: each followed the one before
    rate: float  # answers a second
    mean_s: float
    histogram: dict[str, int]  # of latencies, see ``bench.core.histogram``
    cpu_s: float | None  # of the server's processes for each request; None: unknown
    queued_s: float | None  # that their threads waited for a core, for each request
    cores: float | None  # that they used
    generator: float  # CPU seconds of the generator a second


@dataclass(frozen=True)
class MemorySeen:
    """Memory of a set-up's processes after its phases of load in a block."""

    setup: ServerSetup
    block: int
    bytes: int  # Pss: shared pages divided among those that share them


@dataclass(frozen=True)
class InsideSeen:
    """What a thread within the only worker saw, in a pass of its own."""

    setup: ServerSetup
    in_flight: int
    requests: int
    seconds: float
    held_s: float  # of the loop, in all: moments in which it ran nothing else
    longest_held_s: float  # usual length of a hold that is long
    held_cpu_s: float  # CPU seconds of the loop's thread in all
    line: str  # "/a/file.py:12 in name": where the loop's thread was then most of the time; "": not seen
    gil_share: float  # of the time, in which it waited for the GIL
    threads: dict[str, int] = field(default_factory=dict)  # most at once, by what their names begin with


@dataclass(frozen=True)
class GrowthSeen:
    """Memory while the same load goes on, in a pass of its own."""

    setup: ServerSetup
    requests: list[int]  # so far, at each look
    bytes: list[int]  # Pss then


@dataclass(frozen=True)
class ServiceRun:
    """All that was seen of an application under its set-ups."""

    app: App
    requests: list[str]  # first lines: "GET /items/1"
    cores: int
    blocks: int
    setups: list[ServerSetup]
    levels: list[int]
    loads: list[LoadSeen] = field(default_factory=list)
    memory: list[MemorySeen] = field(default_factory=list)
    inside: list[InsideSeen] = field(default_factory=list)
    growth: list[GrowthSeen] = field(default_factory=list)
    voids: list[ServiceVoid] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)  # servers that are not installed
    varying: list[str] = field(default_factory=list)  # requests whose answers differ from call to call, alone
    seconds: float = 0.0  # that measuring took
    generator_cost_s: float = 0.0  # CPU seconds that a request costs the generator when it is busy
