"""HTTP clients: the same fetch by each, under asyncio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.curves import RATE, Curve, curves_of
from bench.analysis.flags import Context, busy_service, changing_answers, new_connections, over_limit
from bench.analysis.series import medians, points, ratios
from bench.analysis.statistics import LEVEL, Estimate, estimate, exactly, place
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Lines, Series, Table
from bench.findings.columns import Column, estimated, figure, name, table
from bench.findings.text.caveats import caveat
from bench.findings.text.figures import duration, listed, percent, reach, significant, times
from bench.planning.studies.clients import CLIENTS

CPU = "cpu_per_task_s"
USUAL = "httpx"  # the others are compared with it
NEAR = 0.8  # of the fastest: who does as much has waited for the server most of the time
NOTED = (busy_service, new_connections, over_limit, changing_answers)

Curves = Mapping[str, Curve]  # by client


@dataclass(frozen=True)
class ClientPoint:
    """A client with so many tasks in flight."""

    client: str
    concurrency: float
    rate: Estimate
    cost: Estimate | None
    limit: float | None  # requests a second that the delay leaves possible


COLUMNS: Sequence[Column[ClientPoint]] = (
    name("Client", lambda point: point.client),
    Column("In flight", lambda point: f"{point.concurrency:,.0f}"),
    *estimated("Requests/s", lambda point: point.rate, significant),
    figure("Of the limit", lambda point: point.rate.median / point.limit if point.limit else None, percent),
    *estimated("CPU a request", lambda point: point.cost, duration),
    Column("Blocks", lambda point: str(point.rate.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("clients")
    if rows.empty:
        return None
    found = {curve.client: curve for curve in curves_of(rows, ["asyncio"])}
    curves = {client: found[client] for each in CLIENTS if (client := str(each.client)) in found}
    delays = sorted(set(zip(rows["concurrency"], rows["wait_s"], strict=True)))
    limit = {float(concurrency): concurrency / wait for concurrency, wait in delays if wait}
    threshold = summary.run.plan.threshold
    said = [_most(curves, threshold), _least_cpu(curves, threshold), _alone(curves)]
    done = [
        ClientPoint(client, at, rate, costs.get(at), limit.get(at))
        for client, curve in curves.items()
        for costs in [curve.over_blocks(CPU)]
        for at, rate in curve.over_blocks(RATE).items()
    ]
    return Answer(
        sentences=[sentence for sentence in said if sentence],
        pictures=_pictures(curves, limit),
        table=table(COLUMNS, done),
        notes=_notes(rows),
        glance=_glance(curves, limit),
    )


def _most(curves: Curves, threshold: float) -> str:
    """Who does most with many in flight."""
    at, there = _busiest(curves, RATE)
    best = max(there, key=lambda client: there[client].median)
    where, done = f"With {at:,.0f} in flight", f"{significant(there[best].median)} requests a second"
    if len(there) == 1:
        return f"{where}, {best} does {done}{caveat(there.values())}."
    behind = {each: _ratios(RATE, curves[each], curves[best], at) for each in there if each != best}
    usual = _times_as_much(behind.get(USUAL))
    beside = f", {usual} those of {USUAL}" if usual else ""
    return f"{where}, {best} does most: {done}{beside}{_untold(behind, threshold)}{caveat(there.values())}."


def _least_cpu(curves: Curves, threshold: float) -> str:
    """Who takes the least CPU for it."""
    at, there = _busiest(curves, CPU)
    if len(there) < 2:
        return ""
    best = min(there, key=lambda client: there[client].median)
    said = f"With {at:,.0f} in flight, {best} takes the least CPU for a request"
    behind = {each: _ratios(CPU, curves[best], curves[each], at) for each in there if each != best}
    usual = _times_as_much(behind.get(USUAL))
    beside = f"; {USUAL} takes {usual} as much" if usual else ""
    doubt = caveat(there.values())
    return f"{said}, {duration(there[best].median)}{beside}{_untold(behind, threshold)}{doubt}."


def _alone(curves: Curves) -> str:
    """How little the client matters to who has one request in flight."""
    there = _at(curves, RATE, 1.0)
    order = sorted(there, key=lambda client: there[client].median)
    values = _ratios(RATE, curves[order[0]], curves[order[-1]], 1.0) if len(order) > 1 else []
    if not values:
        return ""
    ratio = estimate(values)
    why = " the wait decides:" if ratio.median > NEAR else ","
    said = f"With 1 in flight{why} the slowest, {order[0]}, does {_shown(ratio)} the requests of {order[-1]}"
    return f"{said}{caveat([ratio])}."


def _at(curves: Curves, figure: str, concurrency: float) -> dict[str, Estimate]:
    """A figure of each client that has it there."""
    lines = {client: curve.over_blocks(figure) for client, curve in curves.items()}
    return {client: line[concurrency] for client, line in lines.items() if concurrency in line}


def _busiest(curves: Curves, figure: str) -> tuple[float, dict[str, Estimate]]:
    """The same at the highest concurrency that it is known at."""
    at = max((at for curve in curves.values() for at in curve.over_blocks(figure)), default=0.0)
    return at, _at(curves, figure, at)


def _ratios(figure: str, one: Curve, other: Curve, concurrency: float) -> list[float]:
    """One client by another, in each block that has both."""
    pairs = ratios(one.by_block(figure), other.by_block(figure))
    return [pair[concurrency] for pair in pairs if concurrency in pair]


def _times_as_much(behind: Sequence[float] | None) -> str:
    """How far ahead the best is of one that is behind it."""
    return _shown(estimate([1 / value for value in behind])) if behind else ""


def _shown(ratio: Estimate) -> str:
    """A ratio, and its interval where there is one."""
    return times(ratio.median) + (f" ({reach(ratio, times)})" if ratio.n > 1 else "")


def _untold(behind: Mapping[str, Sequence[float]], threshold: float) -> str:
    """The clients that are not shown to be behind the best, from their ratios to it, block by block (below 1:
    behind). The more are compared with it, the surer each must be."""
    level = 1 - (1 - LEVEL) / len(behind)
    slower = {c for c, by in behind.items() if by and place(estimate(by, level), threshold) == "slower"}
    equal = [client for client in behind if client not in slower]
    return f"; this run cannot tell it from {listed(equal)}" if equal else ""


def _pictures(curves: Curves, limit: Mapping[float, float]) -> list[Lines]:
    def lines(figure: str) -> list[Series]:
        drawn = {curve: points(curve.by_block(figure)) for curve in curves.values()}
        return [Series(curve.client, line, curve.runner) for curve, line in drawn.items() if line]

    x = Axis("tasks in flight", "count")
    throughput = Lines(
        title="Throughput by client",
        see="Along the limit the server's delay decides; below it, what the client computes.",
        x=x,
        y=Axis("requests per second", "per s"),
        series=[*lines(RATE), Series("limit", [(at, exactly(rate)) for at, rate in limit.items()])],
    )
    cpu = Lines(
        title="CPU per request by client",
        see="Where a line rises, each request costs more, the more of them there are.",
        x=x,
        y=Axis("CPU seconds per request", "s"),
        series=lines(CPU),
    )
    return [throughput, cpu] if cpu.series else [throughput]


def _glance(curves: Curves, limit: Mapping[float, float]) -> Table:
    """A line for each client, a column for each concurrency."""
    measured = sorted({at for curve in curves.values() for at in curve.over_blocks(RATE)})
    lines = []
    for client, curve in curves.items():
        done, spent = (medians(curve.by_block(figure)) for figure in (RATE, CPU))
        rates, costs = [done.get(at) for at in measured], [spent.get(at) for at in measured]
        lines.append((client, *map(significant, rates), *map(duration, costs)))
    lines.append(("limit", *(significant(limit.get(at)) for at in measured), *("" for _ in measured)))
    heads = [f"{title}\nat {at:,.0f}" for title in ("Req/s", "CPU") for at in measured]
    return Table(("Client", *heads), lines)


def _notes(rows: pd.DataFrame) -> list[str]:
    """What a reader should know before trusting a figure. That a client that is busy has fewer requests at
    the server than were admitted is what is measured here, and no flag."""
    return [
        f"{client}, {concurrency} in flight: {flag}."
        for (client, concurrency), seen in rows.groupby(["client", "concurrency"])
        for rule in NOTED
        if (flag := rule(seen, Context({}, None)))
    ]
