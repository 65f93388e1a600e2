"""Whether a function is ready for a build without a GIL, by what a run found out about it there."""

from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.curves import CurvePoint
from bench.core.observation import Cause
from bench.findings.advice.facts import SEVERAL, FunctionFacts
from bench.findings.advice.sessions import own_sessions

SCALES = 0.7  # share of the cores that were there which threads reach where they do not hinder each other


class Ready(StrEnum):
    """The verdict on a function and a free-threaded build."""

    YES = "ready"
    DEARER = "ready, but slower on one thread"
    DOES_NOT_SCALE = "does not scale"
    GIL_ON = "turns the GIL on"
    UNSAFE = "not safe"
    FAILS = "fails"
    UNKNOWN = "cannot be told"


@dataclass(frozen=True)
class Readiness:
    """The verdict, with the threads and processes that it is about."""

    verdict: Ready
    threads: CurvePoint | None = None
    processes: CurvePoint | None = None  # as many at once, where they were measured
    possible: float = 0.0  # cores that so many threads could have used


def readiness(facts: FunctionFacts) -> Readiness | None:
    """None for a build with a GIL, or whose GIL was put on by the user."""
    if not facts.free_threaded:
        return None
    if facts.turned_on_by:
        return Readiness(Ready.GIL_ON)
    own = own_sessions(facts.points)
    points = [] if "threading" in facts.unsafe else facts.of("threading")
    points = points or ([own] if own and own.curve.runner not in facts.unsafe else [])
    if points and breaks(facts, points[0]):
        return Readiness(Ready.FAILS)
    if points:
        return scaling(facts, points[0])
    if "threading" in facts.unsafe:
        return Readiness(Ready.UNSAFE)
    return Readiness(Ready.FAILS if "threading" in facts.void else Ready.UNKNOWN)


def breaks(facts: FunctionFacts, threads: CurvePoint) -> bool:
    """Whether such threads crash, or a call raises beside no more others than there are here."""
    way = threads.curve.runner
    cause = lost.cause if (lost := facts.void.get(way)) else None
    raises = cause is Cause.ERROR and facts.void_from.get(way, 0) <= threads.x
    return raises or cause in (Cause.DIED, Cause.POOL_BROKE)


def scaling(facts: FunctionFacts, threads: CurvePoint) -> Readiness:
    """The verdict where threads gave the right answers: the fewest that were measured, one for each core."""
    cores = facts.effective_cores.median if facts.effective_cores else 0.0
    processes = next((point for point in facts.of("multiprocessing") if point.x == threads.x), None)
    possible = min(cores, threads.x) if facts.computes else threads.x
    found = Readiness(Ready.UNKNOWN, threads, processes, possible)
    if facts.computes and cores < SEVERAL:
        return found
    if threads.y.high < SCALES * possible:
        return Readiness(Ready.DOES_NOT_SCALE, threads, processes, possible)
    if threads.y.low < SCALES * possible:
        return found
    dearer = facts.one_thread is not None and facts.one_thread.low > 1 + facts.threshold
    return Readiness(Ready.DEARER if dearer else Ready.YES, threads, processes, possible)
