"""What a run found out about a function of the user."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.curves import RATE, CurvePoint, curves_of, paired
from bench.analysis.function_rows import function_rows, is_sent, way_of
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.analysis.verdicts import ratio_of
from bench.core.observation import Cause, Failure
from bench.core.run import Missing
from bench.core.user_function import Own

LITTLE = 0.1  # share of a call that does not matter
MUCH = 0.25  # share by which the time of calls may differ from the CPU time of others by chance
HOLDS, RELEASES = 0.5, 0.2  # of the time that a call computes, another thread waits for the GIL: from, to
ONE_CORE = 1.25  # cores used, at most, by threads that run one at a time: one and a bit
APART = 0.25  # a smaller difference is none in few blocks, or where a coroutine is alone
REFUTED = 1.2  # times as many calls as one after another could be
NEARLY = 0.9  # of the cores
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
    cores: int = 0  # that the machine has; 0: not known
    free_threaded: bool = False  # a build that began without its GIL
    turned_on_by: Sequence[str] = ()  # modules that turned it on
    gil_build: str = ""  # the build that this one is held against
    one_thread: Estimate | None = None  # time of a call of the plain loop, by that build's: above 1, slower

    @property
    def call_s(self) -> float:
        """Seconds of a call; those of ``own`` are of a task, which may be several."""
        return self.own.seconds / self.own.group

    @property
    def held(self) -> float:
        """Seconds for which a task of coroutines holds its loop, by the first look; 0 where the loop did more
        of them than that allows, so that something else held it then."""
        rates = [rate.median for point in self.of("asyncio") if (rate := point.figure("tasks_per_s"))]
        return self.own.held if self.own.held * max(rates, default=0.0) < REFUTED else 0.0

    @property
    def held_s(self) -> float:
        """The same of a call."""
        return self.held / self.own.group

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
        blocked = max(self.held - self.own.cpu, 0.0)
        return blocked if blocked > MUCH * self.held else 0.0  # the two are not of the same calls

    @property
    def blocks_wholly(self) -> bool:
        """Whether a coroutine waits without letting others run, for all of a call."""
        return self.blocks > (1 - LITTLE) * self.own.seconds

    @property
    def blocks_partly(self) -> bool:
        return not self.blocks_wholly and self.blocks > LITTLE * self.own.seconds

    @property
    def computes_on_loop(self) -> bool:
        """Whether a coroutine alone computes on its loop for more than a little of a call."""
        alone = bool(self.own.async_function) and not self.own.function
        blocks = self.blocks_wholly or self.blocks_partly
        return alone and not blocks and self.held > LITTLE * self.own.seconds

    @property
    def own_threads(self) -> bool:
        """Whether one call computes on more than one core, in threads of its own."""
        return self.own.cpu - self.own.children > 1.3 * self.own.seconds

    @property
    def fills_cores(self) -> bool:
        """Whether one call keeps all cores busy, in threads of its own."""
        cores = self.effective_cores
        return (
            self.own_threads and cores is not None and self.own.cpu > NEARLY * cores.median * self.own.seconds
        )

    @property
    def children_compute(self) -> bool:
        """Whether child processes do most of what it computes."""
        return self.own.children > self.own.cpu / 2 and self.own.children > LITTLE * self.own.seconds

    @property
    def holds_gil(self) -> bool | None:
        """Whether it holds the GIL while it computes, as a thread beside it saw; None: not known."""
        computing = 1 - self.share_waiting
        if not self.gil or self.own.gil_share < 0 or not computing:
            return None
        if self.own.gil_share >= HOLDS * computing:
            return True
        return False if self.own.gil_share <= RELEASES * computing else None

    @property
    def one_at_a_time(self) -> CurvePoint | None:
        """Threads that compute one at a time though none of them holds the GIL, where there are cores."""
        if self.own_threads or self.own.spins:
            return None  # its own threads share the cores
        if self.gil is not False and self.holds_gil is not False:
            return None
        points = self.of("threading")
        cores = self.effective_cores.median if self.effective_cores else 0.0
        if not points or cores < SEVERAL or self.share_waiting >= HOLDS:
            return None
        used = points[0].figure("cores_used")
        could_use = points[0].x * (1 - self.share_waiting)
        return points[0] if used and used.high < ONE_CORE and could_use >= SEVERAL else None

    @property
    def cores_lacked(self) -> bool:
        """Whether it computes, and the machine had too few cores to show what models gain by that: as what is
        shipped was measured, and in the function's own cells."""
        cores = self.effective_cores
        if self.share_waiting >= 1 - LITTLE or cores is None or cores.median >= SEVERAL:
            return False
        used = [found.median for point in self.rivals if (found := point.figure("cores_used"))]
        return max(used, default=0.0) < SEVERAL

    @property
    def unsafe(self) -> frozenset[str]:
        """Models that returned a wrong result, be it once."""
        return frozenset(name for name, lost in self.void.items() if lost.cause is Cause.WRONG_RESULT)

    @property
    def rivals(self) -> list[CurvePoint]:
        """All but the plain loop, what is not safe, and what sends the arguments each time, which need not
        be."""
        out = {"sync", *self.unsafe}
        return [point for point in self.points if point.curve.runner not in out and not is_sent(point)]

    @property
    def concurrencies(self) -> list[int]:
        """Those that were measured, without the plain loop's."""
        return sorted({round(point.x) for point in self.points if point.curve.runner != "sync"})

    def at(self, concurrency: int) -> list[CurvePoint]:
        """The models at that concurrency, the fastest first."""
        found = [point for point in self.rivals if point.x == concurrency]
        return sorted(found, key=lambda point: -point.y.median)

    def limit(self, point: CurvePoint, whose: str = "limit_speedup") -> float | None:
        """The highest speed-up possible there, see ``limit_of``: of what computes, never above the cores."""
        if self.own.spins:
            return None  # its CPU time in the cells has that of threads that spin
        found = limit_of(point, whose)
        return min(found, self.cores) if found and self.cores and self.computes else found

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
    own = Own(**info.params)  # type: ignore[arg-type]  # as it was saved
    rows = function_rows(summary)
    curves = curves_of(rows, "concurrency") if len(rows) else []
    points = [point for curve in curves for point in curve.points("speedup")]
    able = {point.curve.runner for point in points}
    void: dict[str, Missing | Failure] = {each.runner or "every model": each for each in plan.missing}
    void_from: dict[str, int] = {}
    for failure in summary.run.failures:
        cell = plan.cell[failure.key]
        if cell.study == "advice":
            way = way_of(cell, bound=own.bound_session)
            void.setdefault(way, failure)
            if way in able:
                void_from[way] = min(cell.concurrency, void_from.get(way, cell.concurrency))
    turned_on = sorted({seen.gil_by for seen in summary.run.observations if seen.gil and seen.gil_by})
    free_threaded = summary.python.free_threaded_build and not summary.python.gil
    with_gil = (other for other in summary.beside if other.python.gil)
    other = (summary.with_gil() or next(with_gil, None)) if free_threaded else None
    return FunctionFacts(
        name=info.label,
        own=own,
        gil=summary.python.gil or bool(free_threaded and turned_on),
        effective_cores=summary.effective_cores,
        threshold=plan.threshold,
        points=points,
        void=void,
        void_from=void_from,
        cores=plan.machine.cores,
        in_process=frozenset(runner.name for runner in plan.runners if runner.shares_process),
        free_threaded=free_threaded,
        turned_on_by=turned_on if free_threaded else (),
        gil_build=other.python.name if other else "",
        one_thread=plain_loop_by(points, other) if other else None,
    )


def plain_loop_by(points: Sequence[CurvePoint], other: Summary) -> Estimate | None:
    """The time of a call of this build's plain loop by that of another's, paired block by block."""
    there = [
        point for curve in curves_of(function_rows(other), "concurrency") for point in curve.points(RATE)
    ]
    loops = [[point for point in side if point.curve.runner == "sync"] for side in (there, points)]
    return ratio_of(paired(loops[0][0], loops[1][0], RATE)) if all(loops) else None


def limit_of(point: CurvePoint, whose: str = "limit_speedup") -> float | None:
    """The highest speed-up possible there, or ("own_limit_speedup") under that model."""
    limit = point.figure(whose)
    return limit.median if limit else None
