"""The cost ladder: what it takes to have one piece of work done, before any work is in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.statistics import Estimate, estimate
from bench.analysis.summary import Summary
from bench.core.records import NULL
from bench.findings.answer import Answer, Axis, Dot, Dots, Table
from bench.findings.text.figures import UNKNOWN, binary, duration, reach, significant
from bench.worker.rungs import RUNGS

FIRST = "a call"
TOLD = ("await a coroutine", "an asyncio task", "a new thread", "process pool, there and back")
DEAREST = "a process by spawn"


@dataclass(frozen=True)
class Cost:
    """A rung as it was measured."""

    name: str
    model: str
    seconds: Estimate
    memory: Estimate | None


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    costs = _costs(summary.of("ladder"))
    if not costs:
        return None
    dots = [
        Dot(
            cost.name,
            cost.seconds,
            cost.model,
            aside=duration(cost.seconds.median),
            group="One at a time",
        )
        for cost in costs
    ]
    dots += [
        Dot(
            f"{row.cell.runner}, {row.cell.concurrency} in flight",
            row.seconds_per_task,
            row.cell.runner,
            aside=duration(row.seconds_per_task.median),
            group="A null task, as the comparison runs it",
        )
        for row in summary.rows
        if row.info.family == NULL
    ]
    pictures = [
        Dots(
            "Time",
            "What stands a little further to the right is many times as dear.",
            Axis("time for one", "s"),
            dots,
        )
    ]
    memory = [
        Dot(cost.name, cost.memory, cost.model, aside=binary(cost.memory.median))
        for cost in costs
        if cost.memory is not None and cost.memory.median > 0
    ]
    if memory:
        see = "What one takes while it waits."
        pictures.append(Dots("Memory", see, Axis("memory of one", "bytes"), memory))
    table = _table(costs)
    glance = table.only("Rung", "Time", "In calls", "Memory")
    return Answer(_sentences(costs), pictures, table, glance=glance)


def _costs(rows: pd.DataFrame) -> list[Cost]:
    """The rungs that were measured, from the cheapest to the dearest."""
    if rows.empty:
        return []
    models = {rung.name: rung.model for rung in RUNGS}
    costs = []
    known = rows.reindex(columns=["rung", "seconds", "memory"])
    for name, seen in known[known["seconds"] > 0].groupby("rung"):
        memory = list(seen["memory"].dropna())
        costs.append(
            Cost(
                name=str(name),
                model=models.get(str(name), ""),
                seconds=estimate(list(seen["seconds"])),
                memory=estimate(memory) if memory else None,
            )
        )
    return sorted(costs, key=lambda cost: cost.seconds.median)


def _sentences(costs: Sequence[Cost]) -> list[str]:
    by_name = {cost.name: cost.seconds.median for cost in costs}
    first = by_name.get(FIRST)
    if not first:
        return [f"The cheapest is {costs[0].name}, {duration(costs[0].seconds.median)}."]
    calls = [
        f"{name} {significant(by_name[name] / first, 2)}" for name in (*TOLD, DEAREST) if name in by_name
    ]
    said = [f"A call takes {duration(first)}. In calls: {', '.join(calls)}."]
    memory = {cost.name: cost.memory.median for cost in costs if cost.memory}
    if memory:
        each = ", ".join(f"{name} {binary(taken)}" for name, taken in memory.items())
        said.append(f"One that waits takes: {each}.")
    return said


def _table(costs: Sequence[Cost]) -> Table:
    first = next((cost.seconds.median for cost in costs if cost.name == FIRST), None)
    rows = [
        (
            cost.name,
            cost.model,
            duration(cost.seconds.median),
            reach(cost.seconds, duration),
            significant(cost.seconds.median / first, 2) if first else UNKNOWN,
            binary(cost.memory.median) if cost.memory else UNKNOWN,
            reach(cost.memory, binary) if cost.memory else UNKNOWN,
            str(cost.seconds.n),
        )
        for cost in costs
    ]
    columns = ("Rung", "Model", "Time", "Interval", "In calls", "Memory", "Interval", "Blocks")
    return Table(columns, rows, names=2)
