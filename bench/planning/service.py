"""What is measured of an application: its requests, the set-ups that can run it, levels of load."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.core.errors import UserError
from bench.core.service import App, AppKind, InsideSeen, LoadSeen, ServerSetup
from bench.core.wording import listed
from bench.planning.server import SERVERS

LEVELS = (1, 256, 40, 8, 64)  # requests in flight, the most telling first: slow requests have fewer of them
FEWEST_LEVELS, FIRST_BLOCK = 2, 0.5  # of the budget
SHARES = (0.5, 0.7, 0.9)  # of the capacity, at which requests come by the clock
BUDGET_S = 90.0
CONTENDERS, LEAST_SHARE = 3, 0.6  # set-ups that are measured again after the first block
# What the names of a pool's threads begin with.
ANYIO = "AnyIO worker thread"
EXECUTORS = ("asyncio", "uvloop")
ANYIO_THREADS = 40  # of anyio's limiter, unless the application sets it
BUSY = 0.7  # of the cores that its workers can use: from here on no pool is what limits
BLOCKS = 8
EXTRA = "pip install 'bench-concurrency[serve]'"
METHOD = re.compile(r"[A-Z]{1,20}")
HEADER = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]+): *([\x20-\x7e\xa0-\xff]*)")
LONGEST_BODY = 64 << 10  # bytes


@dataclass(frozen=True)
class ServiceOptions:
    """The requests that a user asked for."""

    paths: tuple[str, ...]
    method: str = "GET"
    body: str = ""
    headers: tuple[str, ...] = ()

    def checked(self) -> "ServiceOptions":
        """These options. Raises UserError for what cannot be sent."""
        for path in self.paths:
            if not path.startswith("/") or not path.isascii() or not path.isprintable() or " " in path:
                raise UserError(
                    f"--path {path[:60]!r} is not a path: write it as /items/1?q=a, percent-encoded."
                )
        if not METHOD.fullmatch(self.method):
            raise UserError(f"--method {self.method[:60]!r} is not a method: write it as POST.")
        if self.method == "HEAD":
            raise UserError("--method HEAD has no content to compare: measure GET.")
        for header in self.headers:
            if not HEADER.fullmatch(header):
                raise UserError(f"--header {header[:60]!r} is not a header: write it as 'Name: value'.")
        if len(self.body.encode()) > LONGEST_BODY:
            raise UserError("--body is longer than 64 KiB: measure with a shorter one.")
        return self

    @property
    def titles(self) -> list[str]:
        """The requests as a reader knows them: "GET /items/1"."""
        return [f"{self.method} {path}" for path in self.paths]

    @property
    def requests(self) -> list[bytes]:
        """The requests as they are sent."""
        body = self.body.encode()
        given = {name.lower() for name, _ in map(_parts, self.headers)}
        usual = {"Host": "127.0.0.1", "Accept": "*/*", "User-Agent": "bench"}
        if body or self.method not in ("GET", "DELETE"):
            usual |= {"Content-Type": _type_of(self.body), "Content-Length": str(len(body))}
        headers = [f"{name}: {value}" for name, value in usual.items() if name.lower() not in given]
        lines = "\r\n".join([*headers, *(f"{name}: {value}" for name, value in map(_parts, self.headers))])
        return [
            f"{self.method} {path} HTTP/1.1\r\n{lines}\r\n\r\n".encode("latin-1") + body
            for path in self.paths
        ]


def _parts(header: str) -> tuple[str, str]:
    name, _, value = header.partition(":")
    return name, value.strip()


def _type_of(body: str) -> str:
    try:
        json.loads(body)
    except ValueError:
        return "application/x-www-form-urlencoded"
    return "application/json"


def app_target(target: str) -> str:
    """The address of an application, a file with its full path. Raises UserError."""
    where, colon, name = target.rpartition(":")
    if not colon or not where or not all(part.isidentifier() for part in name.split(".")):
        raise UserError(f"{target!r} is not an application: write path/to/file.py:app or package.module:app.")
    if not where.endswith(".py"):
        if not all(part.isidentifier() for part in where.split(".")):
            raise UserError(f"{target!r}: {where!r} is neither a file ending in .py nor a module's name.")
        return target
    path = Path(where).expanduser()
    if not path.is_file():
        raise UserError(f"{target!r}: there is no file {where}.")
    return f"{os.path.abspath(path)}:{name}"


def packages() -> list[str]:
    """Every package that a set-up of some server needs."""
    every = [
        (server, setup) for server in SERVERS.all for kind in AppKind for setup in server.setups(kind, 1)
    ]
    return sorted({name for server, setup in every for name in server.packages_of(setup)})


def setups_for(app: App, cores: int) -> tuple[list[ServerSetup], list[str]]:
    """The set-ups that can run an application here, and the packages that others would need.

    Raises UserError where there is none.
    """
    possible = [(server, setup) for server in SERVERS.all for setup in server.setups(app.kind, cores)]
    lacking = {
        setup: [name for name in server.packages_of(setup) if name not in app.servers]
        for server, setup in possible
    }
    found = [setup for _, setup in possible if not lacking[setup]]
    missing = sorted({name for names in lacking.values() for name in names})
    if not found:
        raise UserError(
            f"No server for {app.kind.upper()} applications is installed ({listed(missing)}): {EXTRA}."
        )
    return found, missing


def levels_within(budget_s: float, setups: int, phase_s: float) -> tuple[list[int], list[int]]:
    """As many levels as the first block has time for, two at least, where a phase of load takes so long; and
    those that are left out."""
    number = max(int(FIRST_BLOCK * budget_s / (setups * phase_s)), FEWEST_LEVELS)
    return sorted(LEVELS[:number]), sorted(LEVELS[number:])


def most_promising(capacities: dict[ServerSetup, float], most: int, least: float) -> Sequence[ServerSetup]:
    """The set-ups to measure again: so many at most, none below that share of the best."""
    ordered = sorted(capacities, key=lambda setup: -capacities[setup])
    return [setup for setup in ordered if capacities[setup] >= least * capacities[ordered[0]]][:most]


def watched_setup(setups: Sequence[ServerSetup], best: ServerSetup) -> ServerSetup | None:
    """The set-up to look into: one worker of the best one's server, with threads that may hold the GIL."""
    alone = [setup for setup in setups if setup.workers == 1 and setup.mode in ("", "gthread")]
    same = [setup for setup in alone if setup.server == best.server]
    return max(same or alone, key=lambda setup: setup.threads, default=None)


def default_executor_threads(cores: int) -> int:
    """The threads of an event loop's default executor."""
    return min(32, cores + 4)


def pool_threads(inside: InsideSeen, cores: int) -> tuple[str, int]:
    """The pool of the application's that is full, by what its threads' names begin with, and its size; "" and
    0: none is. Idle threads of both pools stay, so that their number is the most that ran at once."""
    seen = inside.threads
    if seen.get(ANYIO, 0) >= ANYIO_THREADS:
        return ANYIO, seen[ANYIO]
    for name in EXECUTORS:
        if seen.get(name, 0) >= default_executor_threads(cores):
            return name, seen[name]
    return "", 0


def with_larger_pool(
    best: ServerSetup, inside: InsideSeen, loads: Sequence[LoadSeen], cores: int
) -> ServerSetup | None:
    """The best set-up with a pool for every request that was in flight; None where no pool is the limit."""
    threads = pool_threads(inside, cores)[1]
    most = -(-inside.in_flight // best.workers)
    used = max((load.cores or 0.0 for load in loads if load.setup == best), default=0.0)
    if not threads or most <= threads or used > BUSY * min(best.workers, cores):
        return None
    return replace(best, pool=most)
