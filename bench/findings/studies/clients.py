"""HTTP clients: the same fetch by each, under asyncio."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from bench.analysis.flags import Context, busy_service, changing_answers, new_connections, over_limit
from bench.analysis.series import ByBlock, by_block, points, ratios
from bench.analysis.statistics import LEVEL, Estimate, estimate, place
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Lines, Series, Table
from bench.findings.text.caveats import caveat
from bench.findings.text.figures import UNKNOWN, duration, percent, reach, significant, times
from bench.planning.studies.clients import CLIENTS

USUAL = "httpx"  # the others are compared with it
NEAR = 0.8  # of the fastest: who does as much has waited for the server most of the time
COLUMNS = (
    "Client",
    "In flight",
    "Requests/s",
    "Interval",
    "Of the limit",
    "CPU a request",
    "Interval",
    "Blocks",
)
ByClient = Mapping[str, "ByBlock"]  # a figure by tasks in flight


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("clients")
    if rows.empty:
        return None
    rates, costs = _by_client(rows, "tasks_per_s"), _by_client(rows, "cpu_per_task_s")
    if not rates:
        return None
    threshold, limit = summary.run.plan.threshold, _limit(rows)
    said = [_most(rates, threshold), _least_cpu(costs, threshold), _alone(rates)]
    return Answer(
        sentences=[sentence for sentence in said if sentence],
        pictures=_pictures(rates, costs, limit),
        table=_table(rates, costs, limit),
        notes=_notes(rows),
        glance=_glance(rates, costs, limit),
    )


def _by_client(rows: pd.DataFrame, column: str) -> ByClient:
    """A figure by client, block and tasks in flight; without the clients that have none."""
    names = [str(client.client) for client in CLIENTS]
    found = {name: by_block(rows[rows["client"] == name], "concurrency", column) for name in names}
    return {name: blocks for name, blocks in found.items() if blocks}


def _limit(rows: pd.DataFrame) -> dict[float, float]:
    """Requests a second that the delay leaves possible, by tasks in flight."""
    pairs = sorted(set(zip(rows["concurrency"], rows["wait_s"], strict=True)))
    return {float(level): level / wait for level, wait in pairs if wait}


def _levels(by_client: ByClient) -> list[float]:
    return sorted({level for blocks in by_client.values() for block in blocks.values() for level in block})


def _at(by_client: ByClient, level: float) -> dict[str, Estimate]:
    """The figure of each client at a level."""
    found = {client: dict(points(blocks)).get(level) for client, blocks in by_client.items()}
    return {client: value for client, value in found.items() if value is not None}


def _ratios(by_client: ByClient, one: str, other: str, level: float) -> list[float]:
    """One client by another at a level, in each block that has both."""
    return [pair[level] for pair in ratios(by_client[one], by_client[other]) if level in pair]


def _shown(values: Sequence[float]) -> str:
    """A ratio, and its interval where there is one."""
    ratio = estimate(values)
    return times(ratio.median) + (f" ({reach(ratio, times)})" if ratio.n > 1 else "")


def _most(rates: ByClient, threshold: float) -> str:
    """Who does most with many in flight."""
    level = _levels(rates)[-1]
    there = _at(rates, level)
    best = max(there, key=lambda client: there[client].median)
    where, done = f"With {level:,.0f} in flight", f"{significant(there[best].median)} requests a second"
    if len(there) == 1:
        return f"{where}, {best} does {done}{caveat(there.values())}."
    said = f"{where}, {best} does most: {done}"
    if best != USUAL and USUAL in there and (values := _ratios(rates, best, USUAL, level)):
        said += f", {_shown(values)} those of {USUAL}"
    behind = {client: _ratios(rates, client, best, level) for client in there if client != best}
    return f"{said}{_untold(behind, threshold)}{caveat(there.values())}."


def _least_cpu(costs: ByClient, threshold: float) -> str:
    """Who takes the least CPU for it."""
    level = _levels(costs)[-1] if costs else 0.0
    there = _at(costs, level)
    if len(there) < 2:
        return ""
    best = min(there, key=lambda client: there[client].median)
    cost = duration(there[best].median)
    said = f"With {level:,.0f} in flight, {best} takes the least CPU for a request, {cost}"
    if best != USUAL and USUAL in there and (values := _ratios(costs, USUAL, best, level)):
        said += f"; {USUAL} takes {_shown(values)} as much"
    behind = {client: _ratios(costs, best, client, level) for client in there if client != best}
    return f"{said}{_untold(behind, threshold)}{caveat(there.values())}."


def _untold(behind: Mapping[str, Sequence[float]], threshold: float) -> str:
    """The clients that are not shown to be behind the best, from their ratios to it, block by block (below 1:
    behind). The more are compared with it, the surer each must be."""
    level = 1 - (1 - LEVEL) / len(behind)
    equal = [
        client
        for client, ratios in behind.items()
        if not ratios or place(estimate(ratios, level), threshold) != "slower"
    ]
    return f"; this run cannot tell it from {' and '.join(equal)}" if equal else ""


def _alone(rates: ByClient) -> str:
    """How little the client matters to who has one request in flight."""
    level = _levels(rates)[0]
    there = _at(rates, level)
    if level > 1 or len(there) < 2:
        return ""
    slowest, *_, fastest = sorted(there, key=lambda client: there[client].median)
    values = _ratios(rates, slowest, fastest, level)
    if not values:
        return ""
    ratio = estimate(values)
    why = " the wait decides:" if ratio.median > NEAR else ","
    said = f"With 1 in flight{why} the slowest, {slowest}, does {_shown(values)} the requests of {fastest}"
    return f"{said}{caveat([ratio])}."


def _pictures(rates: ByClient, costs: ByClient, limit: Mapping[float, float]) -> list[Lines]:
    def lines(by_client: ByClient) -> list[Series]:
        return [Series(client, points(blocks), "asyncio") for client, blocks in by_client.items()]

    x = Axis("tasks in flight", "count")
    possible = [(level, Estimate(rate, rate, rate, 1.0, 1)) for level, rate in limit.items()]
    throughput = Lines(
        title="Throughput by client",
        see="Along the limit the server's delay decides; below it, what the client computes.",
        x=x,
        y=Axis("requests per second", "per s"),
        series=[*lines(rates), Series("limit", possible)],
    )
    if not costs:
        return [throughput]
    cpu = Lines(
        title="CPU per request by client",
        see="Where a line rises, each request costs more, the more of them there are.",
        x=x,
        y=Axis("CPU seconds per request", "s"),
        series=lines(costs),
    )
    return [throughput, cpu]


def _table(rates: ByClient, costs: ByClient, limit: Mapping[float, float]) -> Table:
    lines = []
    for client, blocks in rates.items():
        for level in _levels({client: blocks}):
            rate, cost = _at(rates, level)[client], _at(costs, level).get(client)
            lines.append(
                (
                    client,
                    f"{level:,.0f}",
                    significant(rate.median),
                    reach(rate, significant),
                    percent(rate.median / limit[level]) if level in limit else UNKNOWN,
                    duration(cost.median if cost else None),
                    reach(cost, duration) if cost else UNKNOWN,
                    str(rate.n),
                )
            )
    return Table(COLUMNS, lines)


def _glance(rates: ByClient, costs: ByClient, limit: Mapping[float, float]) -> Table:
    """A line for each client, a column for each level."""
    levels = _levels(rates)
    done, spent = ([_at(by_client, level) for level in levels] for by_client in (rates, costs))
    lines = [
        (
            client,
            *(significant(there[client].median if client in there else None) for there in done),
            *(duration(there[client].median if client in there else None) for there in spent),
        )
        for client in rates
    ]
    lines.append(("limit", *(significant(limit.get(level)) for level in levels), *("" for _ in levels)))
    heads = [f"{figure}\nat {level:,.0f}" for figure in ("Req/s", "CPU") for level in levels]
    return Table(("Client", *heads), lines)


def _notes(rows: pd.DataFrame) -> list[str]:
    """What a reader should know before trusting a figure. That a client that is busy has fewer requests at
    the server than were admitted is what is measured here, and no flag."""
    context = Context({}, None)
    return [
        f"{client}, {level} in flight: {flag}."
        for (client, level), seen in rows.groupby(["client", "concurrency"])
        for rule in (busy_service, new_connections, over_limit, changing_answers)
        if (flag := rule(seen, context))
    ]
