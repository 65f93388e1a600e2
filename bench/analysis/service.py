"""An application under its set-ups: capacity, latency, CPU time and memory, each with its interval."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bench.analysis.latencies import percentile
from bench.analysis.statistics import Estimate, estimate_of
from bench.core.grouping import grouped
from bench.core.service import LoadSeen, ServerSetup, ServiceCause, ServiceRun, ServiceVoid

TIMES_MORE = 5  # as many requests the generator must be able to send
UNSOUND = (ServiceCause.DIED, ServiceCause.STATUS, ServiceCause.DIFFERS, ServiceCause.DROPPED)
"""Faults with which a set-up is not recommended while another has none."""
TIED = 0.95  # of the best's capacity, which the interval of a ratio reaches
LEAK_LOOKS, LEAK_SHARE, LEAK_BYTES, LEAK_LEAST = 5, 0.5, 1 << 10, 2 << 20  # see ``growth_of``


@dataclass(frozen=True)
class LevelFigures:
    """So many requests in flight all the time."""

    in_flight: int
    rate: Estimate  # answers a second
    mean_s: Estimate
    cpu_s: Estimate | None  # of the server's processes, for a request
    queued_s: Estimate | None  # that their threads waited for a core, for a request
    cores: Estimate | None  # that they use


@dataclass(frozen=True)
class ArrivalFigures:
    """Requests that come by the clock, at a share of the capacity; latencies from when they were due."""

    share: float
    rate: Estimate
    p50_s: Estimate
    p99_s: Estimate


@dataclass(frozen=True)
class SetupFigures:
    """A set-up."""

    setup: ServerSetup
    levels: Sequence[LevelFigures]
    arrivals: Sequence[ArrivalFigures]
    best: LevelFigures  # the level with the highest rate: its capacity
    relative: Estimate | None  # its capacity by that of the recommended one, within blocks
    memory: Estimate | None  # bytes (Pss)
    pool_gain: Estimate | None = None  # of one with a larger pool: its capacity by that of the same without

    @property
    def alone(self) -> LevelFigures:
        """One request at a time, or as few as were measured."""
        return self.levels[0]


@dataclass(frozen=True)
class ServiceFigures:
    """All set-ups, those with the highest capacity first."""

    run: ServiceRun
    setups: Sequence[SetupFigures]
    recommended: SetupFigures
    tied: Sequence[SetupFigures]  # whose capacity may be the same; they take more memory
    voids: Sequence[ServiceVoid]  # also those that the generator spoiled
    generator_cost_s: float  # CPU seconds of the generator for a request, when it is busy
    generator_share: float  # of a core, at most
    leak: Estimate | None  # bytes that memory grows by with each request; None: it does not

    def of(self, setup: ServerSetup) -> SetupFigures | None:
        """The figures of a set-up, if it has any."""
        return next((each for each in self.setups if each.setup == setup), None)


def service_figures(run: ServiceRun) -> ServiceFigures | None:
    """The figures of a run; None where no set-up has any."""
    void = spoiled(run)
    sound = [load for load in run.loads if not too_fast(load, run)]
    by_setup = grouped(sound, lambda load: load.setup)
    closed = {setup: level_figures(loads) for setup, loads in by_setup.items()}
    bests = {
        setup: max(levels, key=lambda level: level.rate.median) for setup, levels in closed.items() if levels
    }
    if not bests:
        return None
    plain = {setup: level for setup, level in bests.items() if not setup.pool} or bests
    wrong = {each.setup for each in run.voids if each.cause in UNSOUND}
    own = {setup: level for setup, level in plain.items() if setup not in wrong} or plain
    top = max(own, key=lambda setup: (own[setup].rate.n > 1, own[setup].rate.median))
    memory = {
        setup: estimate_of(seen.bytes for seen in run.memory if seen.setup == setup) for setup in by_setup
    }
    ratios = {setup: relative(sound, setup, bests[setup], top, bests[top]) for setup in bests}
    tied = [
        setup for setup in own if own[setup].rate.n > 1 and (ratio := ratios[setup]) and ratio.high >= TIED
    ] or [top]
    sizes = {setup: found.median if (found := memory[setup]) else 0.0 for setup in tied}
    chosen = min(tied, key=lambda setup: (sizes[setup], setup != top))
    made = [
        SetupFigures(
            setup=setup,
            levels=closed[setup],
            arrivals=arrival_figures(by_setup[setup]),
            best=bests[setup],
            relative=relative(sound, setup, bests[setup], chosen, bests[chosen]),
            memory=memory[setup],
            pool_gain=pool_gain(sound, setup, bests),
        )
        for setup in sorted(bests, key=lambda setup: -bests[setup].rate.median)
    ]
    by = {each.setup: each for each in made}
    return ServiceFigures(
        run=run,
        setups=made,
        recommended=by[chosen],
        tied=[by[setup] for setup in tied if setup != chosen],
        voids=[*run.voids, *void],
        generator_cost_s=run.generator_cost_s,
        generator_share=max((load.generator for load in sound), default=0.0),
        leak=growth_of(run),
    )


def too_fast(load: LoadSeen, run: ServiceRun) -> bool:
    """Whether the generator could not have sent several times as many requests."""
    return load.rate * run.generator_cost_s * TIMES_MORE > 1


def spoiled(run: ServiceRun) -> list[ServiceVoid]:
    """The phases whose figures the generator may have spoiled."""
    return [
        ServiceVoid(
            load.setup,
            load.block,
            ServiceCause.GENERATOR,
            f"{1 / run.generator_cost_s:.0f}",
            0 if load.share else load.in_flight,
            load.share,
        )
        for load in run.loads
        if too_fast(load, run)
    ]


def level_figures(loads: Sequence[LoadSeen]) -> list[LevelFigures]:
    """The closed loops of a set-up, the fewest in flight first."""
    found = []
    for in_flight, seen in sorted(
        grouped([load for load in loads if not load.share], lambda load: load.in_flight).items()
    ):
        rate, mean = estimate_of(load.rate for load in seen), estimate_of(load.mean_s for load in seen)
        if rate and mean:
            found.append(
                LevelFigures(
                    in_flight, rate, mean, known(seen, "cpu_s"), known(seen, "queued_s"), known(seen, "cores")
                )
            )
    return found


def known(loads: Sequence[LoadSeen], field: str) -> Estimate | None:
    """The estimate of a field, where it is known."""
    return estimate_of(value for load in loads if (value := getattr(load, field)) is not None)


def arrival_figures(loads: Sequence[LoadSeen]) -> list[ArrivalFigures]:
    """The open loops of a set-up, the lightest first."""
    found = []
    for share, seen in sorted(
        grouped([load for load in loads if load.share], lambda load: load.share).items()
    ):
        rate = estimate_of(load.rate for load in seen)
        p50, p99 = (estimate_of(filter(None, map(quantile(q), seen))) for q in (0.5, 0.99))
        if rate and p50 and p99:
            found.append(ArrivalFigures(share, rate, p50, p99))
    return found


def quantile(share: float) -> Callable[[LoadSeen], float | None]:
    """The latency that a share of the requests of a phase did not exceed."""
    return lambda load: percentile({int(number): count for number, count in load.histogram.items()}, share)


def relative(
    loads: Sequence[LoadSeen],
    setup: ServerSetup,
    level: LevelFigures,
    other: ServerSetup,
    others: LevelFigures,
) -> Estimate | None:
    """The capacity of a set-up by that of another, within blocks; None: they share none."""
    mine, theirs = rates_at(loads, setup, level.in_flight), rates_at(loads, other, others.in_flight)
    return estimate_of(mine[block] / theirs[block] for block in mine.keys() & theirs.keys() if theirs[block])


def pool_gain(
    loads: Sequence[LoadSeen], setup: ServerSetup, bests: Mapping[ServerSetup, LevelFigures]
) -> Estimate | None:
    """What the larger pool of a set-up does, by the same set-up without it."""
    plain = replace(setup, pool=0)
    return (
        relative(loads, setup, bests[setup], plain, bests[plain]) if setup.pool and plain in bests else None
    )


def rates_at(loads: Sequence[LoadSeen], setup: ServerSetup, in_flight: int) -> dict[int, float]:
    """The rate of a set-up at a level, by block."""
    return {
        load.block: load.rate
        for load in loads
        if load.setup == setup and load.in_flight == in_flight and not load.share
    }


def growth_of(run: ServiceRun) -> Estimate | None:
    """Bytes by which memory grows with each request, where it does so steadily: at each of the last looks by
    at least half as much as usual, by 1 KiB and by 2 MiB in all. What warms up is mostly over by then."""
    for growth in run.growth:
        looks = list(zip(growth.requests, growth.bytes, strict=True))[-LEAK_LOOKS:]
        steps = [
            (after[1] - before[1]) / (after[0] - before[0])
            for before, after in pairwise(looks)
            if after[0] > before[0]
        ]
        if len(steps) < LEAK_LOOKS - 1 or looks[-1][1] - looks[0][1] < LEAK_LEAST:
            continue
        if min(steps) >= max(LEAK_BYTES, LEAK_SHARE * statistics.median(steps)):
            return estimate_of(steps)
    return None
