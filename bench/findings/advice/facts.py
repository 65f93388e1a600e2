"""What a run found out about a function of the user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.curves import CurvePoint, curves_of
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.core.observation import Failure
from bench.core.run import Missing
from bench.core.user_function import Own

LITTLE = 0.1  # share of a call that does not matter
SEVERAL = 1.5  # cores; with fewer, what computes in parallel and what does not look alike


@dataclass(frozen=True)
class FunctionFacts:
    """The first look at it, and its speed-up under each model."""

    name: str
    own: Own
    gil: bool | None
    effective_cores: Estimate | None
    threshold: float
    points: Sequence[CurvePoint]  # speed-ups, of a model at a concurrency
    void: Mapping[str, Missing | Failure]  # by model: why it has no result
    void_from: Mapping[str, int]  # by model that has some: the least concurrency at which it has none
    in_process: frozenset[str]  # models whose workers share a process

    @property
    def share_waiting(self) -> float:
        return self.own.waits / self.own.seconds if self.own.seconds else 0.0

    @property
    def computes(self) -> bool:
        """Whether it hardly waits."""
        return self.share_waiting < LITTLE

    @property
    def blocks(self) -> float:
        """Seconds of a call for which its coroutine holds the loop and does not compute."""
        return max(self.own.held - self.own.cpu, 0.0)

    @property
    def blocks_wholly(self) -> bool:
        """Whether a coroutine waits without letting others run, for all of a call."""
        return self.blocks > (1 - LITTLE) * self.own.seconds

    @property
    def blocks_partly(self) -> bool:
        return not self.blocks_wholly and self.blocks > LITTLE * self.own.seconds

    @property
    def own_threads(self) -> bool:
        """Whether one call computes on more than one core, in threads of its own."""
        return self.own.cpu - self.own.children > 1.3 * self.own.seconds

    @property
    def children_compute(self) -> bool:
        """Whether child processes do most of what it computes."""
        return self.own.children > self.own.cpu / 2 and self.own.children > LITTLE * self.own.seconds

    @property
    def cores_lacked(self) -> bool:
        """Whether it computes, and the machine had too few cores to show what models gain by that."""
        cores = self.effective_cores
        return self.share_waiting < 1 - LITTLE and cores is not None and cores.median < SEVERAL

    @property
    def concurrencies(self) -> list[int]:
        """Those that were measured, without the plain loop's."""
        return sorted({round(point.x) for point in self.points if point.curve.runner != "sync"})

    def at(self, concurrency: int) -> list[CurvePoint]:
        """The models at that concurrency, the fastest first."""
        found = [point for point in self.points if point.x == concurrency and point.curve.runner != "sync"]
        return sorted(found, key=lambda point: -point.y.median)

    def of(self, runner: str) -> list[CurvePoint]:
        """The points of a model, by concurrency."""
        return sorted(
            (point for point in self.points if point.curve.runner == runner), key=lambda point: point.x
        )


def facts(summary: Summary) -> FunctionFacts | None:
    """None for a run that measured no function of the user."""
    plan = summary.run.plan
    info = next((info for info in plan.workloads if info.name == Own.name), None)
    if info is None:
        return None
    rows = summary.of("advice")
    curves = curves_of(rows, "concurrency") if len(rows) else []
    points = [point for curve in curves for point in curve.points("speedup")]
    able = {point.curve.runner for point in points}
    void: dict[str, Missing | Failure] = {each.runner or "every model": each for each in plan.missing}
    void_from: dict[str, int] = {}
    for failure in summary.run.failures:
        cell = plan.cell[failure.key]
        if cell.study == "advice":
            void.setdefault(cell.runner, failure)
            if cell.runner in able:
                void_from[cell.runner] = min(cell.concurrency, void_from.get(cell.runner, cell.concurrency))
    return FunctionFacts(
        name=info.label,
        own=Own(**info.params),  # type: ignore[arg-type]  # as it was saved
        gil=summary.python.gil,
        effective_cores=summary.effective_cores,
        threshold=plan.threshold,
        points=points,
        void=void,
        void_from=void_from,
        in_process=frozenset(runner.name for runner in plan.runners if runner.shares_process),
    )


def limit_of(point: CurvePoint, whose: str = "limit_speedup") -> float | None:
    """The most that is possible there, or ("own_limit_speedup") with that model."""
    limit = point.figure(whose)
    return limit.median if limit else None
