"""A cap: the speed-up stays while more calls are in flight and the cores idle; how high it is, and what it is
where that can be seen."""

from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.curves import CurvePoint
from bench.findings.advice.facts import LITTLE, FunctionFacts, limit_of

BELOW_LIMIT = 0.75  # of what waiting and computing allow
ALIKE = 1.15  # speed-ups on a plateau, the largest by the smallest
NEAR = 0.15  # share by which a plateau may miss the size of what causes it
ONE = 1.3  # a speed-up below it is that of one call after another
IDLE_CORES = 0.5  # cores used, at most, while it is something else that calls wait for
IDLE_LOOP = 0.9  # the same where the pool is known: the loop's core is not full
ANYIO_THREADS = 40  # its default


class Cap(StrEnum):
    """What lets only so many calls run at once."""

    EXECUTOR = "default executor"
    ANYIO = "anyio's limiter"
    LOCK = "lock"
    LIMIT = "limit"  # a semaphore, a pool of connections, the service


@dataclass(frozen=True)
class Plateau:
    """No more than about so many calls run at once, with ``lowest`` in flight as with ``highest``. By
    Little's law: the calls a second by the seconds that one waits."""

    cap: Cap
    height: float  # calls
    lowest: CurvePoint
    highest: CurvePoint

    @property
    def calls(self) -> int:
        return max(round(self.height), 1)

    @property
    def by_setting(self) -> bool:
        """Whether a setting lifts it."""
        return self.cap in (Cap.EXECUTOR, Cap.ANYIO)


def plateau(facts: FunctionFacts) -> Plateau | None:
    """That of asyncio, else of threads; None where there is none, and of what computes or blocks its loop,
    for that is why its speed-up stays; but a lock where threads compute one at a time and release the GIL."""
    if point := facts.one_at_a_time:
        return Plateau(Cap.LOCK, 1.0, point, point)
    if facts.share_waiting < 0.5 or facts.children_compute:
        return None
    for runner in ("threading",) if facts.blocks > LITTLE * facts.own.seconds else ("asyncio", "threading"):
        points = facts.of(runner)
        if points and (found := plateau_of(facts, points)):
            return found
    return None


def plateau_of(facts: FunctionFacts, points: list[CurvePoint]) -> Plateau | None:
    """That which the last of a model's points is on."""
    highest = points[-1]
    gain = highest.y.median
    limit = limit_of(highest, "own_limit_speedup")
    used = highest.figure("cores_used")
    if limit is None or gain > BELOW_LIMIT * limit:
        return None
    on_it = [point for point in points if gain / ALIKE < point.y.median < gain * ALIKE]
    rates = [rate.median for point in on_it if (rate := point.figure("tasks_per_s"))]
    height = max(rates) * facts.own.waits if rates else gain
    lowest = min(on_it, key=lambda point: point.x)
    cap = cause(facts, height, max(rates) * facts.own.seconds if rates else gain)
    known = cap in (Cap.EXECUTOR, Cap.ANYIO)
    if used and used.median > (IDLE_LOOP if known else IDLE_CORES):
        return None
    if len(on_it) < 2 and not known:
        return None  # one point may be slow for many reasons
    return Plateau(cap, height, lowest, highest)


def cause(facts: FunctionFacts, height: float, most: float) -> Cap:
    """What has that size; a known pool has ``most`` calls in it if what they compute is done there, too."""

    def near(size: int) -> bool:
        return height <= (1 + NEAR) * size and most >= (1 - NEAR) * size

    if facts.own.executor and near(facts.own.executor):
        return Cap.EXECUTOR
    if facts.own.anyio and near(ANYIO_THREADS):
        return Cap.ANYIO
    return Cap.LOCK if height < ONE else Cap.LIMIT
