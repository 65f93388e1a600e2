"""Advice: which model a function of the user should run under, at which concurrency, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.analysis.curves import CurvePoint, curves_of, paired
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.analysis.verdicts import GAINS, Verdict, estimate_ratio, place
from bench.core.observation import Cause, Failure
from bench.core.run import Missing
from bench.core.user_function import Compared
from bench.core.wording import listed
from bench.findings.answer import Answer, Axis, Column, Dot, Dots, figure, name, table
from bench.findings.text.figures import (
    caveat,
    clipped,
    duration,
    interval,
    measured,
    ratio,
    significant,
    times,
    whole,
)

ENOUGH_OF_CORES = 0.7  # share of those that threads could use
SEVERAL = 1.5  # cores; with fewer, parallel and serial threads look alike
MORE_THAN_ONE = 1.25  # cores used, by threads that do not wait for each other: not one and a bit
LITTLE_CPU = 0.1  # share of computing below which the GIL does not matter
CHEAPER = "; not by computing at the same time: a call takes less CPU time there than in the main thread"
LONGEST_REASON = 200
RESULTS = {
    Compared.NONE: "Its results differ from call to call even when it runs alone, or cannot be pickled: they"
    " were not compared.",
    Compared.WITHIN_PROCESS: "Its results differ from one process to the next (as those do that depend on a"
    " set's order, a hash, a process id or a seed): they were compared within each process alone.",
}
SIMPLEST = (  # first; of models that are tied, the simplest is advised
    "threading",
    "asyncio",
    "asyncio-to-thread",
    "multiprocessing",
    "interpreters",
    "processes-asyncio",
    "asyncio-uvloop",
)


@dataclass(frozen=True)
class FunctionFacts:
    """What a run found out about a function of the user."""

    name: str
    seconds: float  # of a call alone
    waits: float  # of these
    has_async: bool
    compared: Compared  # which of its results
    gil: bool | None
    effective_cores: Estimate | None
    threshold: float
    points: Sequence[CurvePoint]  # speed-ups, of a model at a concurrency
    void: Mapping[str, Missing | Failure]  # by model: why it has no result

    @property
    def share_waiting(self) -> float:
        return self.waits / self.seconds if self.seconds else 0.0

    @property
    def concurrencies(self) -> list[int]:
        """Those that were measured, without the plain loop's."""
        return sorted({round(point.x) for point in self.points if point.curve.runner != "sync"})

    def at(self, concurrency: int) -> list[CurvePoint]:
        """The models at that concurrency, the fastest first."""
        found = [point for point in self.points if point.x == concurrency and point.curve.runner != "sync"]
        return sorted(found, key=lambda point: -point.y.median)

    def under(self, runner: str, concurrency: int) -> CurvePoint | None:
        return next((point for point in self.at(concurrency) if point.curve.runner == runner), None)


COLUMNS: Sequence[Column[CurvePoint]] = (
    name("Model", lambda point: point.curve.runner),
    Column("Concurrency", lambda point: f"{point.x:,.0f}", gist=True),
    figure("Speed-up", lambda point: point.y, ratio, gist=True),
    Column("Interval", lambda p: interval(p.y) if p.curve.runner != "sync" else "", gist=True),
    figure("Limit", lambda point: _limit(point) if point.curve.runner != "sync" else None, ratio, gist=True),
    figure("Calls/s", lambda point: point.figure("tasks_per_s"), significant, gist=True),
    figure("CPU a call", lambda point: point.figure("cpu_per_task_s"), duration),
    figure("Start-up", lambda point: point.figure("startup_s"), duration),
    Column("Blocks", lambda point: str(point.y.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    found = facts(summary)
    return Answer(sentences(found), _pictures(found), table(COLUMNS, found.points)) if found else None


def facts(summary: Summary) -> FunctionFacts | None:
    """None for a run that measured no function of the user."""
    plan = summary.run.plan
    info = next((info for info in plan.workloads if info.name == "own"), None)
    if info is None:
        return None
    rows, params = summary.of("advice"), info.params
    curves = curves_of(rows, "concurrency") if len(rows) else []
    void: dict[str, Missing | Failure] = {each.runner or "every model": each for each in plan.missing}
    for failure in summary.run.failures:
        cell = plan.cell[failure.key]
        if cell.study == "advice":
            void.setdefault(cell.runner, failure)
    return FunctionFacts(
        name=info.label,
        seconds=float(params["seconds"]),
        waits=float(params["waits"]),
        has_async=bool(params["async_function"]),
        compared=Compared(str(params.get("compared", Compared.ALL))),
        gil=summary.python.gil,
        effective_cores=summary.effective_cores,
        threshold=plan.threshold,
        points=[point for curve in curves for point in curve.points("speedup")],
        void=void,
    )


def leaders(points: Sequence[CurvePoint], threshold: float) -> list[CurvePoint]:
    """The fastest and those that are tied with it, the simplest first; none where none gains."""
    if not points or points[0].y.median < GAINS:
        return []
    best = points[0]
    tied = [point for point in points if point is best or _tied(point, best, threshold)]
    rank = {name: number for number, name in enumerate(SIMPLEST)}
    return sorted(tied, key=lambda point: rank.get(point.curve.runner, len(rank)))


def _tied(point: CurvePoint, best: CurvePoint, threshold: float) -> bool:
    both = paired(point, best, "speedup")
    return bool(both) and place(estimate_ratio(both), threshold) is not Verdict.SLOWER


def _limit(point: CurvePoint, whose: str = "limit_speedup") -> float | None:
    limit = point.figure(whose)
    return limit.median if limit else None


def sentences(facts: FunctionFacts) -> list[str]:
    """The advice first, then the reasons."""
    said = [*_advice(facts), _character(facts), _gil(facts), _blocks_the_loop(facts)]
    said += [_void(runner, lost) for runner, lost in facts.void.items()]
    if facts.points and facts.compared is not Compared.ALL:
        said.append(RESULTS[facts.compared])
    return [sentence for sentence in said if sentence]


def _advice(facts: FunctionFacts) -> list[str]:
    """The model to use, at the concurrency where the best does most; then the same at the others."""
    if not facts.points:
        return [f"No model could run {facts.name}."]
    found = {c: leaders(facts.at(c), facts.threshold) for c in facts.concurrencies}
    if not any(found.values()):
        return [f"Leave {facts.name} in a plain loop: no model is faster enough to be worth it."]
    best = max(found, key=lambda c: max((point.y.median for point in found[c]), default=0))
    model = found[best][0].curve.runner
    return [
        f"Run {facts.name} under {model} with {best} in flight: {_gain(found.pop(best))}.",
        *(
            f"With {c} in flight: {points[0].curve.runner}, {_gain(points)}."
            if points
            else f"With {c} in flight, no model is faster enough to be worth it."
            for c, points in found.items()
        ),
    ]


def _gain(found: Sequence[CurvePoint]) -> str:
    """ "15.2x (15.0–15.5) as fast as a plain loop, of a possible 15.9x; tied with asyncio"."""
    first, *equal = found
    gain, limit = first.y, _limit(first, "own_limit_speedup")
    possible = f", of a possible {times(limit)}" if limit else ""
    tied = f"; tied with {listed([point.curve.runner for point in equal])}" if equal else ""
    return f"{measured(gain, times)} as fast as a plain loop{possible}{tied}{caveat([gain])}"


def _character(facts: FunctionFacts) -> str:
    """How much of a call is waiting."""
    share, call = facts.share_waiting, duration(facts.seconds)
    if share > 1 - LITTLE_CPU:
        return f"It waits: {whole(share)} of the {call} of a call, so that many can wait at the same time."
    if share < LITTLE_CPU:
        return f"It computes: {whole(1 - share)} of the {call} of a call, so that cores are what it needs."
    return f"It waits for {whole(share)} of the {call} of a call, and computes for the rest."


def _gil(facts: FunctionFacts) -> str:
    """Whether it releases the GIL: by the cores that the most threads use."""
    points = [point for c in facts.concurrencies if (point := facts.under("threading", c))]
    used = points[-1].figure("cores_used") if points else None
    if facts.share_waiting > 1 - LITTLE_CPU or used is None:
        return ""
    speedup, threads = points[-1].y, points[-1].x
    cores = facts.effective_cores.median if facts.effective_cores else 0.0
    seen = (
        f"{threads:.0f} threads that run it use {used.median:.2f} of {cores:.2f} effective cores, and reach"
        f" {times(speedup.median)}"
    )
    if not facts.gil:
        return f"This build has no GIL: {seen}."
    if cores < SEVERAL:
        return "Whether it holds the GIL is unknown: the machine gave too few cores."
    could = min(cores, threads * (1 - facts.share_waiting))
    if used.low > MORE_THAN_ONE and used.median >= ENOUGH_OF_CORES * could:
        return f"It releases the GIL while it computes: {seen}."
    if used.high < MORE_THAN_ONE and could >= SEVERAL:
        cheaper = facts.share_waiting < LITTLE_CPU and speedup.low > used.median * (1 + facts.threshold)
        return f"It holds the GIL while it computes: {seen}{CHEAPER if cheaper else ''}."
    return f"Whether it holds the GIL is unresolved: {seen}."


def _blocks_the_loop(facts: FunctionFacts) -> str:
    """A coroutine that waits without awaiting."""
    if not facts.has_async or not facts.concurrencies or facts.share_waiting < LITTLE_CPU:
        return ""
    most = facts.concurrencies[-1]
    point = facts.under("asyncio", most)
    limit = _limit(point) if point else None
    if point is None or limit is None or point.y.high > GAINS or limit < 2 * GAINS:
        return ""
    return (
        f"Its async form blocks the event loop: {most} in flight run at {times(point.y.median)}, one"
        " after another; somewhere it waits without await. Use an async library, or run it under threads."
    )


def _void(runner: str, lost: Missing | Failure) -> str:
    shown = clipped(lost.reason, LONGEST_REASON).rstrip(".")
    if lost.cause is Cause.WRONG_RESULT:
        return f"It is not safe under {runner}: {shown}."
    return f"{runner} cannot run it: {shown}."


def _pictures(facts: FunctionFacts) -> list[Dots]:
    dots = [
        Dot(point.curve.runner, point.y, point.curve.runner, group=f"{concurrency} in flight")
        for concurrency in facts.concurrencies
        for point in facts.at(concurrency)
    ]
    see = "Right of 1x, the model does more calls a second than a plain loop."
    axis = Axis("speed-up over a plain loop", "x")
    return [Dots("Speed-up over a plain loop", see, axis, dots)] if dots else []
