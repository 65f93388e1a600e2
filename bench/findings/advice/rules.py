"""What to do with a function, by what a run found out about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bench.analysis.curves import CurvePoint, paired
from bench.analysis.function_rows import OWN_SESSION, model_of
from bench.analysis.verdicts import GAINS, Verdict, estimate_ratio, place
from bench.findings.advice.caps import Plateau, plateau
from bench.findings.advice.facts import APART, ONE_CORE, FunctionFacts
from bench.findings.advice.sessions import sessions

ALMOST = 0.95  # of the best: a lower concurrency that reaches it is advised
SIMPLEST = (  # first; of models that are tied, the simplest is advised
    "threading",
    f"threading{OWN_SESSION}",
    "asyncio",
    "asyncio-to-thread",
    "multiprocessing",
    "interpreters",
    "processes-asyncio",
    "asyncio-uvloop",
)


class Action(StrEnum):
    """What to do first."""

    FIX = "fix"  # no model could run it
    UNCACHE = "uncache"  # what was measured is a look-up
    LEAVE = "leave"  # in a plain loop
    UNRESOLVED = "unresolved"  # some model may gain, or not
    NO_CORES = "no cores"  # what computes gained nothing where there was one core
    RUN = "run"  # under a model
    MAKE_DEF = "make def"  # a coroutine that blocks wholly
    UNBLOCK = "unblock"  # a coroutine that blocks for a part
    LIFT = "lift"  # a cap, by a setting
    ASK = "ask"  # whether a cap is meant


@dataclass(frozen=True)
class Advised:
    """The action, with the models that it is about: the first, and those tied with it."""

    action: Action
    models: Sequence[CurvePoint] = ()
    plateau: Plateau | None = None


def advised(facts: FunctionFacts) -> Advised:
    """One action, by the first rule that holds."""
    if not facts.points:
        return Advised(Action.FIX)
    if facts.own.is_cached:
        return Advised(Action.UNCACHE)
    threads = [point for point in facts.rivals if point.curve.runner == "threading"]
    alone = facts.own.async_function and not facts.own.function
    if alone and facts.blocks_wholly:
        return Advised(Action.MAKE_DEF, best(facts, threads))
    if alone and facts.blocks_partly:
        return Advised(Action.UNBLOCK, best(facts, threads))
    capped = plateau(facts)
    if capped and not is_of_session(facts):
        return Advised(Action.LIFT if capped.by_setting else Action.ASK, (), capped)
    return by_gain(facts)


def is_of_session(facts: FunctionFacts) -> bool:
    """Whether what lets only so many calls run at once is in the session that threads share."""
    both = sessions(facts)
    return both is not None and both.own_is_faster and both.own.y.low >= GAINS


def by_gain(facts: FunctionFacts) -> Advised:
    """The action by what the models gain alone."""
    points = [point for point in facts.rivals if can_gain(facts, point)]
    models = best(facts, points)
    if models:
        return Advised(Action.RUN, models)
    if facts.cores_lacked:
        return Advised(Action.NO_CORES)
    if facts.fills_cores:  # whatever the intervals leave open
        return Advised(Action.LEAVE)
    open_ones = [point for point in points if point.y.high >= GAINS]
    return Advised(Action.UNRESOLVED if open_ones else Action.LEAVE, open_ones)


def can_gain(facts: FunctionFacts, point: CurvePoint) -> bool:
    """Whether it may be more than chance that a model is faster: not where what computes used one core."""
    used = point.figure("cores_used")
    shares = model_of(point) in facts.in_process and facts.gil is not False
    return not (facts.computes and shares and used and used.median < ONE_CORE)


def best(facts: FunctionFacts, points: Sequence[CurvePoint]) -> list[CurvePoint]:
    """The models tied for the best, at the least concurrency that almost reaches it; none where none surely
    gains."""
    sure = [point for point in points if point.y.low >= GAINS]
    if not sure:
        return []
    most = max(point.y.median for point in sure)
    least = min(point.x for point in sure if point.y.median >= ALMOST * most)
    there = sorted((point for point in sure if point.x == least), key=lambda point: -point.y.median)
    threshold = facts.threshold if facts.own.function else APART  # a coroutine stays on a loop
    return leaders(there, threshold, simplest(facts))


def simplest(facts: FunctionFacts) -> Sequence[str]:
    """Models, the simplest first: for a coroutine alone that is asyncio."""
    return SIMPLEST if facts.own.function else ("asyncio", *SIMPLEST)


def leaders(
    points: Sequence[CurvePoint], threshold: float, simplest: Sequence[str] = SIMPLEST
) -> list[CurvePoint]:
    """The fastest and those that are tied with it, the simplest first; none where none gains."""
    if not points or points[0].y.median < GAINS:
        return []
    first = points[0]
    tied = [point for point in points if point is first or _tied(point, first, threshold)]
    rank = {name: number for number, name in reversed(list(enumerate(simplest)))}
    return sorted(tied, key=lambda point: rank.get(point.curve.runner, len(rank)))


def _tied(point: CurvePoint, first: CurvePoint, threshold: float) -> bool:
    both = paired(point, first, "speedup")
    if not both:
        return False
    gap = estimate_ratio(both)
    return place(gap, threshold if gap.sure else APART) is not Verdict.SLOWER
