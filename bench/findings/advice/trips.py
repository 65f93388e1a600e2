"""How many calls must be sent to a process at a time to make the trip worth it."""

from dataclasses import dataclass

from bench.analysis.curves import CurvePoint
from bench.analysis.function_rows import chunk_of, model_of
from bench.analysis.verdicts import GAINS
from bench.findings.advice.facts import FunctionFacts


@dataclass(frozen=True)
class Trips:
    """A model that was sent few calls at a time, and many."""

    few: CurvePoint
    many: CurvePoint
    few_calls: int
    many_calls: int
    pays_from: float | None  # calls at a time from which on it gains; None: with no number of them


def trips(facts: FunctionFacts) -> Trips | None:
    """Of the model that was measured both ways at the same concurrency, if any."""
    for many in facts.points:
        if chunk_of(many) > 1:
            model = model_of(many)
            few = next((point for point in facts.of(model) if point.x == many.x), None)
            if few:
                return trips_of(facts, few, many)
    return None


def trips_of(facts: FunctionFacts, few: CurvePoint, many: CurvePoint) -> Trips:
    """A call costs its share of the trip, and the rest: two numbers of calls give both."""
    at_a_time = facts.own.group, facts.own.group * chunk_of(many)
    each = [1 / point.y.median for point in (few, many)]  # time of a call by that in a plain loop
    trip = (each[0] - each[1]) / (1 / at_a_time[0] - 1 / at_a_time[1])  # in calls of a plain loop
    rest = each[1] - trip / at_a_time[1]
    pays_from = max(trip, 0.0) / (1 / GAINS - rest) if rest < 1 / GAINS else None
    return Trips(few, many, *at_a_time, pays_from)
