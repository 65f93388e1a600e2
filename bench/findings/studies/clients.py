"""HTTP clients: the same fetch by each, under asyncio."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import pandas as pd

from bench.analysis.curves import RATE, Curve, CurvePoint, by_block, curves_of, paired, points
from bench.analysis.flags import Context, FlagKind, flags
from bench.analysis.statistics import LEVEL, Estimate
from bench.analysis.summary import Summary
from bench.analysis.verdicts import Verdict, estimate_ratio, place
from bench.core.wording import listed
from bench.findings.answer import Answer, Axis, Column, Lines, Series, Table, estimated, figure, name, table
from bench.findings.text.figures import caveat, duration, measured, percent, significant
from bench.findings.text.notes import flag_sentence
from bench.planning.studies.clients import CLIENTS

CPU = "cpu_per_task_s"
USUAL = "httpx"  # the others are compared with it
NEAR = 0.8  # of the fastest: who does as much has waited for the server most of the time
HOLDS_FOR = (
    "The intervals hold for this program measured again on this machine. In another program, with other"
    " imports around it, the same client may take twice the CPU or half of it, which no block here can show."
)
NOTED = (FlagKind.BUSY_SERVICE, FlagKind.NEW_CONNECTIONS, FlagKind.OVER_LIMIT, FlagKind.CHANGING_ANSWERS)

Curves = Mapping[str, Curve]  # by client


COLUMNS: Sequence[Column[CurvePoint]] = (
    name("Client", lambda point: point.curve.client),
    Column("In flight", lambda point: f"{point.x:,.0f}"),
    *estimated("Requests/s", lambda point: point.y, significant),
    figure("Of the limit", lambda point: point.figure("of_limit"), percent),
    *estimated("CPU a request", lambda point: point.figure(CPU), duration),
    Column("Blocks", lambda point: str(point.y.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("clients")
    if rows.empty:
        return None
    limit = rows["concurrency"] / rows["wait_s"]  # requests a second that the delay leaves possible
    rows = rows.assign(limit=limit, of_limit=rows[RATE] / limit)
    found = {curve.client: curve for curve in curves_of(rows, "concurrency")}
    curves = {client: found[client] for each in CLIENTS if (client := str(each.client)) in found}
    possible = dict(points(by_block(rows, "concurrency", "limit")))
    threshold = summary.run.plan.threshold
    said = [_most(curves, threshold), _least_cpu(curves, threshold), _alone(curves)]
    return Answer(
        sentences=[sentence for sentence in said if sentence],
        pictures=_pictures(curves, possible),
        table=table(COLUMNS, [point for curve in curves.values() for point in curve.points(RATE)]),
        notes=[*_notes(rows), *[HOLDS_FOR] * (len(curves) > 1)],
        glance=_glance(curves, possible),
    )


def _most(curves: Curves, threshold: float) -> str:
    """Who does most with many in flight."""
    at, there = _busiest(curves, RATE)
    best = max(there.values(), key=lambda point: point.y.median)
    where, done = f"With {at:,.0f} in flight", f"{significant(best.y.median)} requests a second"
    doubt = caveat(point.y for point in there.values())
    if len(there) == 1:
        return f"{where}, {best.curve.client} does {done}{doubt}."
    behind = {client: paired(point, best, RATE) for client, point in there.items() if point is not best}
    usual = _times_as_much(behind.get(USUAL))
    beside = f", {usual} those of {USUAL}" if usual else ""
    return f"{where}, {best.curve.client} does the most: {done}{beside}{_tied(behind, threshold)}{doubt}."


def _least_cpu(curves: Curves, threshold: float) -> str:
    """Who takes the least CPU for it."""
    at, there = _busiest(curves, CPU)
    if len(there) < 2:
        return ""
    best = min(there.values(), key=lambda point: point.y.median)
    said = f"With {at:,.0f} in flight, {best.curve.client} takes the least CPU per request"
    behind = {client: paired(best, point, CPU) for client, point in there.items() if point is not best}
    usual = _times_as_much(behind.get(USUAL))
    beside = f"; {USUAL} takes {usual} as much" if usual else ""
    doubt = caveat(point.y for point in there.values())
    return f"{said}, {duration(best.y.median)}{beside}{_tied(behind, threshold)}{doubt}."


def _alone(curves: Curves) -> str:
    """How little the client matters to who has one request in flight."""
    there = sorted(_at(curves, RATE, 1.0).values(), key=lambda point: point.y.median)
    values = paired(there[0], there[-1], RATE) if len(there) > 1 else []
    if not values:
        return ""
    slowest, fastest = there[0].curve.client, there[-1].curve.client
    ratio = estimate_ratio(values)
    why = " the wait decides:" if ratio.median > NEAR else ","
    said = (
        f"With 1 in flight{why} the slowest, {slowest}, does {measured(ratio)} as many requests as {fastest}"
    )
    return f"{said}{caveat([ratio])}."


def _at(curves: Curves, figure: str, concurrency: float) -> dict[str, CurvePoint]:
    """A figure of each client that has it there."""
    known = ((c, point) for c, curve in curves.items() for point in curve.points(figure))
    return {client: point for client, point in known if point.x == concurrency}


def _busiest(curves: Curves, figure: str) -> tuple[float, dict[str, CurvePoint]]:
    """The same at the highest concurrency that it is known at."""
    at = max((at for curve in curves.values() for at in curve.over_blocks(figure)), default=0.0)
    return at, _at(curves, figure, at)


def _times_as_much(behind: Sequence[float] | None) -> str:
    """How far ahead the best is of one that is behind it."""
    return measured(estimate_ratio([1 / value for value in behind])) if behind else ""


def _tied(behind: Mapping[str, Sequence[float]], threshold: float) -> str:
    """The clients that are not shown to be behind the best, from their ratios to it, block by block (below 1:
    behind). The more are compared with it, the surer each must be."""
    level = 1 - (1 - LEVEL) / len(behind)
    placed = {client: place(estimate_ratio(by, level), threshold) for client, by in behind.items() if by}
    slower = {client for client, verdict in placed.items() if verdict is Verdict.SLOWER}
    equal = [client for client in behind if client not in slower]
    return f"; tied with {listed(equal)}" if equal else ""


def _pictures(curves: Curves, possible: Mapping[float, Estimate]) -> list[Lines]:
    def lines(figure: str) -> list[Series]:
        drawn = {curve: curve.line(figure) for curve in curves.values()}
        return [Series(curve.client, line, curve.runner) for curve, line in drawn.items() if line]

    x = Axis("tasks in flight", "count")
    throughput = Lines(
        title="Throughput by client",
        see="Along the limit, the server's delay decides; below it, the client's CPU time does.",
        x=x,
        y=Axis("requests per second", "per s"),
        series=[*lines(RATE), Series("limit", list(possible.items()))],
    )
    cpu = Lines(
        title="CPU per request by client",
        see="Where a line rises, each request costs more as their number grows.",
        x=x,
        y=Axis("CPU seconds per request", "s"),
        series=lines(CPU),
    )
    return [throughput, cpu] if cpu.series else [throughput]


def _glance(curves: Curves, possible: Mapping[float, Estimate]) -> Table:
    """A line for each client, a column for each concurrency."""
    lines = []
    for curve in curves.values():
        rates, costs = curve.over_blocks(RATE), curve.over_blocks(CPU)
        lines.append(
            (curve.client, *_cells(rates, possible, significant), *_cells(costs, possible, duration))
        )
    lines.append(("limit", *_cells(possible, possible, significant), *("" for _ in possible)))
    heads = [f"{title}\nat {x:,.0f}" for title in ("Req/s", "CPU") for x in possible]
    return Table(("Client", *heads), lines)


def _cells(
    line: Mapping[float, Estimate], measured: Iterable[float], text: Callable[[float | None], str]
) -> list[str]:
    return [text(line[x].median if x in line else None) for x in measured]


def _notes(rows: pd.DataFrame) -> list[str]:
    """What a reader should know before trusting a figure. That a client that is busy has fewer requests at
    the server than were admitted is what is measured here, and no flag."""
    return [
        f"{client}, {concurrency} in flight: {flag_sentence(flag)}."
        for (client, concurrency), seen in rows.groupby(["client", "concurrency"])
        for flag in flags(seen, Context({}, None, 1))
        if flag.kind in NOTED
    ]
