"""What to do with an application, in sentences: which server, why, what limits it, and what went wrong."""

from pathlib import PurePath

from bench.analysis.service import ServiceFigures, SetupFigures
from bench.core.wording import listed
from bench.findings.advice.service_limits import COMPUTES_ALONE, WAITS, Limited, limited
from bench.findings.text.figures import binary, caveat, counted, duration, measured, percent, significant
from bench.findings.text.service_limits import LIMITS
from bench.findings.text.service_names import rate, titled
from bench.findings.text.service_troubles import leak, troubles
from bench.planning.server import SERVERS


def service_sentences(figures: ServiceFigures) -> list[str]:
    """The advice: the first sentence says what to run, the second why; then what limits it and how to move
    that, what it costs, and what is wrong with any set-up."""
    found = limited(figures)
    return [
        *recommendation(figures),
        nature(found),
        *LIMITS[found.limit](figures, found),
        *latencies(figures),
        *costs(figures),
        *leak(figures),
        *troubles(figures),
        generator(figures),
    ]


def recommendation(figures: ServiceFigures) -> list[str]:
    """Which server, with how many workers and threads; and what is as good."""
    best, app = figures.recommended, figures.run.app
    command = SERVERS.get(best.setup.server).command(best.setup, app, shown_target(figures))
    said = [
        f"Run it with `{command}`: {measured(best.best.rate, rate)} with"
        f" {best.best.in_flight} requests in flight{caveat([best.best.rate])}."
    ]
    if figures.tied:
        others = [f"{titled(each.setup)} ({measured_ratio(each)})" for each in figures.tied]
        said.append(f"Equally fast within the intervals, and no smaller: {listed(others)}.")
    first = next((each for each in figures.setups if each.setup == figures.run.setups[0]), None)
    if first and first is not best and first.relative and first not in figures.tied:
        does = f"{titled(first.setup)} does {measured(first.best.rate, rate)}"
        said.append(f"{does}, {measured(first.relative)} of that.")
    return said


def measured_ratio(each: SetupFigures) -> str:
    return measured(each.relative) if each.relative else "not measured in the same block"


def shown_target(figures: ServiceFigures) -> str:
    """The address as a server takes it: a file by its name."""
    where, _, name = figures.run.app.target.rpartition(":")
    return f"{PurePath(where).stem if where.endswith('.py') else where}:{name}"


def nature(found: Limited) -> str:
    """Whether a request waits or computes, with the figures of one at a time."""
    alone = found.alone
    cpu = f", {measured(alone.cpu_s, duration)} of which is CPU time" if alone.cpu_s else ""
    kind = "waits and computes"
    if found.waits >= WAITS:
        kind = "waits"
    elif found.waits < COMPUTES_ALONE:
        kind = "computes"
    return f"A request {kind}: alone it takes {measured(alone.mean_s, duration)}{cpu}."


def latencies(figures: ServiceFigures) -> list[str]:
    """How long requests take that come by the clock."""
    found = [
        f"at {100 * each.share:.0f} % of that rate {measured(each.p50_s, duration)}, 1 in 100 longer than"
        f" {measured(each.p99_s, duration)}"
        for each in figures.recommended.arrivals
    ]
    return (
        [f"Requests that arrive at random take, from when they were due: {'; '.join(found)}."]
        if found
        else []
    )


def costs(figures: ServiceFigures) -> list[str]:
    """Memory and CPU time of the recommended set-up."""
    best = figures.recommended
    memory = [f"{measured(best.memory, binary)} of memory (Pss)"] if best.memory else []
    cpu = [f"{measured(best.best.cpu_s, duration)} of CPU time per request"] if best.best.cpu_s else []
    return [f"It takes {listed([*memory, *cpu])}."] if memory or cpu else []


def generator(figures: ServiceFigures) -> str:
    """What the load generator took from the machine, and whether it was fast enough."""
    best = figures.recommended.best.rate.median
    more = 1 / (figures.generator_cost_s * best) if figures.generator_cost_s and best else 0.0
    return (
        f"The load generator used {percent(figures.generator_share)} of a core at most, on the same"
        f" {counted(figures.run.cores, 'core')}; it could have sent {significant(more, 2)} times as many"
        " requests."
    )
