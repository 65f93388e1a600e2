"""One session for all threads beside one for each: what it changes, where a run measured both."""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.curves import CurvePoint
from bench.analysis.function_rows import OWN_SESSION, model_of
from bench.analysis.statistics import Estimate
from bench.core.observation import Failure
from bench.core.run import Missing
from bench.findings.advice.facts import APART, FunctionFacts


@dataclass(frozen=True)
class Sessions:
    """As many threads with both; with one session for all they have no result where that fails."""

    shared: CurvePoint | None
    own: CurvePoint
    failure: Missing | Failure | None = None  # of the shared one
    threshold: float = 0.05

    @property
    def own_is_faster(self) -> bool:
        return self.shared is not None and self._is_faster(self.own.y, self.shared.y)

    @property
    def own_is_slower(self) -> bool:
        return self.shared is not None and self._is_faster(self.shared.y, self.own.y)

    def _is_faster(self, one: Estimate, other: Estimate) -> bool:
        apart = self.threshold if one.sure and other.sure else APART
        return one.low > (1 + apart) * other.high


def sessions(facts: FunctionFacts) -> Sessions | None:
    """None where both were not measured."""
    own = own_sessions(facts.points)
    if own is None:
        return None
    failure = facts.void.get(model_of(own))
    shared = next((point for point in facts.of(model_of(own)) if point.x == own.x), None)
    if model_of(own) in facts.unsafe:
        shared = None
    return Sessions(shared, own, failure, facts.threshold) if shared or failure else None


def own_sessions(points: Sequence[CurvePoint]) -> CurvePoint | None:
    return next((point for point in points if point.curve.runner.endswith(OWN_SESSION)), None)
