"""What limits an application under a server: its event loop, a pool of threads, the GIL or the cores."""

from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.service import LevelFigures, ServiceFigures, SetupFigures
from bench.analysis.statistics import Estimate
from bench.core.service import AppKind, InsideSeen
from bench.planning.server import SERVERS
from bench.planning.service import ANYIO, pool_threads

WAITS = 0.6  # of its time alone that a request must wait to be one that waits
COMPUTES_ALONE = 0.3  # below that it is one that computes
HELD_S, HELD_SHARE = 2e-3, 0.4  # from here on, and from this share of a request, it holds its loop
COMPUTES = 0.5  # of the time in which the loop is held that its thread computes
HOLDS_GIL = 0.35  # of the time of one request after another in which another thread waits for the GIL
FULL = 0.7  # of the cores that the workers can use


class ServiceLimit(StrEnum):
    """What keeps the rate from growing with more requests in flight."""

    LOOP_BLOCKED = "loop blocked"  # a coroutine waits without await
    LOOP_COMPUTES = "loop computes"  # a coroutine computes on the loop
    ANYIO_POOL = "anyio's limiter"
    EXECUTOR_POOL = "default executor"
    GIL = "GIL"  # threads compute, one at a time
    CORES = "cores"  # it computes on all the cores that it has
    THREADS = "threads of the server"
    SERVER = "server"  # it waits, and what remains is the CPU time of the server and the framework


@dataclass(frozen=True)
class Limited:
    """The limit, and the figures that show it."""

    limit: ServiceLimit
    waits: float  # share of a request's time alone
    alone: LevelFigures  # one request at a time, under the recommended set-up
    one_worker: SetupFigures  # the set-up that was looked into
    holds: InsideSeen | None  # with one in flight, from within the worker
    crowded: InsideSeen | None  # with many
    threaded: bool  # requests run in several threads of its worker
    pool: int = 0  # threads of the pool that is full
    larger: Estimate | None = None  # capacity with a larger pool by that of the same set-up, within blocks
    larger_pool: int = 0  # threads of that one


def limited(figures: ServiceFigures) -> Limited:
    """The limit of the application, by the first rule that holds."""
    one = one_worker(figures)
    alone = figures.recommended.alone
    busy = sum(each.median for each in (alone.cpu_s, alone.queued_s) if each)  # or would be, had it a core
    waits = max(1 - busy / alone.mean_s.median, 0.0)
    inside = figures.run.inside
    holds, crowded = (inside[0], inside[-1]) if inside else (None, None)

    threaded = has_threads(figures, one)

    def found(limit: ServiceLimit, pool: int = 0) -> Limited:
        larger, threads = larger_pool(figures)
        return Limited(limit, waits, alone, one, holds, crowded, threaded, pool, larger, threads)

    held = holds.held_s / max(holds.requests, 1) if holds else 0.0
    if holds and held >= max(HELD_S, HELD_SHARE * alone.mean_s.median):
        computes = holds.held_cpu_s >= COMPUTES * holds.held_s
        return found(ServiceLimit.LOOP_COMPUTES if computes else ServiceLimit.LOOP_BLOCKED)
    if waits < WAITS:
        gil = bool(threaded and holds and holds.gil_share >= HOLDS_GIL)
        return found(ServiceLimit.GIL if gil else ServiceLimit.CORES)
    if crowded and figures.run.app.kind is AppKind.ASGI:
        name, threads = pool_threads(crowded, figures.run.cores)
        if threads:
            return found(ServiceLimit.ANYIO_POOL if name == ANYIO else ServiceLimit.EXECUTOR_POOL, threads)
    best = figures.recommended
    full = best.best.cores and best.best.cores.median >= FULL * min(best.setup.workers, figures.run.cores)
    if SERVERS.get(best.setup.server).at_once(best.setup) and not full:
        return found(ServiceLimit.THREADS)
    return found(ServiceLimit.SERVER)


def one_worker(figures: ServiceFigures) -> SetupFigures:
    """One worker of the recommended server, whose requests may run in threads; else the recommended one."""
    inside = figures.run.inside
    if inside and (seen := figures.of(inside[0].setup)):
        return seen
    same = [
        each
        for each in figures.setups
        if each.setup.workers == 1 and each.setup.server == figures.recommended.setup.server
    ]
    return max(same, key=lambda each: each.setup.threads, default=figures.recommended)


def has_threads(figures: ServiceFigures, one: SetupFigures) -> bool:
    """Whether requests run in several threads of that set-up."""
    seen = figures.run.inside[-1].threads if figures.run.inside else {}
    return one.setup.threads > 1 or seen.get(ANYIO, 0) > 1


def larger_pool(figures: ServiceFigures) -> tuple[Estimate | None, int]:
    """What a larger pool did, by the same set-up as it is, within blocks; and its threads."""
    for each in figures.setups:
        if each.setup.pool:
            return each.pool_gain, each.setup.pool
    return None, 0
