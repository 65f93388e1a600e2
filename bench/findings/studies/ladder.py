"""The cost ladder: what it takes to have one piece of work done, before any work is in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from bench.analysis.statistics import Estimate, estimate, estimate_of
from bench.analysis.summary import Summary
from bench.core.cell import NULL
from bench.findings.answer import Answer, Axis, Column, Dot, Dots, estimated, figure, name, table
from bench.findings.text.figures import binary, duration, significant
from bench.worker.rungs import MODULE, PRELOADED, RUNGS, process_with

FIRST = "a call"
TOLD = ("await a coroutine", "an asyncio task", "a new thread", "process pool, there and back")
DEAREST = "a process by spawn"
WAYS = {  # of starting a process that needs a module
    "fork": "with fork",
    PRELOADED: "with a fork server that has imported it",
    "forkserver": "with one that has not",
    "spawn": "with spawn",
}
MODELS = {rung.name: rung.model for rung in RUNGS}


@dataclass(frozen=True)
class RungCost:
    """A rung as it was measured."""

    name: str
    seconds: Estimate
    memory: Estimate | None
    in_calls: float | None = None
    kernel: Estimate | None = None  # memory that the kernel holds for it, beyond its own

    @property
    def model(self) -> str:
        return MODELS.get(self.name, "")


COLUMNS: Sequence[Column[RungCost]] = (
    name("Rung", lambda cost: cost.name),
    name("Model", lambda cost: cost.model, gist=False),
    *estimated("Time", lambda cost: cost.seconds, duration, gist=True),
    figure("In calls", lambda cost: cost.in_calls, lambda calls: significant(calls, 2), gist=True),
    *estimated("Memory", lambda cost: cost.memory, binary, gist=True),
    figure("Kernel", lambda cost: cost.kernel, binary, gist=True),
    Column("Blocks", lambda cost: str(cost.seconds.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    costs = _costs(summary.of("ladder"))
    if not costs:
        return None
    return Answer(_sentences(costs), _pictures(costs, summary), table(COLUMNS, costs))


def _costs(rows: pd.DataFrame) -> list[RungCost]:
    """The rungs that were measured, from the cheapest to the dearest."""
    known = rows.reindex(columns=["rung", "seconds", "memory", "kernel"])
    costs = [
        RungCost(
            name=str(rung),
            seconds=estimate(list(seen["seconds"])),
            memory=estimate_of(pd.to_numeric(seen["memory"])),
            kernel=estimate_of(pd.to_numeric(seen["kernel"])),
        )
        for rung, seen in known[known["seconds"] > 0].groupby("rung")
    ]
    first = next((cost.seconds.median for cost in costs if cost.name == FIRST), None)
    if first:
        costs = [replace(cost, in_calls=cost.seconds.median / first) for cost in costs]
    return sorted(costs, key=lambda cost: cost.seconds.median)


def _sentences(costs: Sequence[RungCost]) -> list[str]:
    by_name = {cost.name: cost for cost in costs}
    if FIRST not in by_name:
        return [f"The cheapest is {costs[0].name}, {duration(costs[0].seconds.median)}."]
    some = [by_name[each] for each in (*TOLD, DEAREST) if each in by_name]
    calls = [f"{cost.name} {significant(cost.in_calls, 2)}" for cost in some]
    said = [f"A call takes {duration(by_name[FIRST].seconds.median)}. In calls: {', '.join(calls)}."]
    ways = [(said, by_name[process_with(by)]) for by, said in WAYS.items() if process_with(by) in by_name]
    if ways:
        takes = [f"{_takes(cost)} {way}" for way, cost in ways]
        said.append(f"A process that needs {MODULE} takes {', '.join(takes)}.")
    told = {cost.name for _, cost in ways}
    memory = [f"{cost.name} {_memory(cost)}" for cost in costs if cost.memory and cost.name not in told]
    return [*said, f"While waiting, each takes: {', '.join(memory)}."] if memory else said


def _takes(cost: RungCost) -> str:
    time = duration(cost.seconds.median)
    return f"{time} and {binary(cost.memory.median)}" if cost.memory else time


def _memory(cost: RungCost, place: str = "in the kernel") -> str:
    """Its own (Pss), and what the kernel holds for it: "14 KiB + 27 KiB in the kernel"."""
    own = binary(cost.memory.median if cost.memory else None)
    kept = cost.kernel.median if cost.kernel else 0
    return f"{own} + {binary(kept)} {place}" if binary(kept) != binary(0) else own


def _pictures(costs: Sequence[RungCost], summary: Summary) -> list[Dots]:
    null = [row for row in summary.rows if row.info.family == NULL]
    time = [Dot(cost.name, cost.seconds, cost.model, group="One at a time") for cost in costs]
    for row in null:
        title = f"{row.cell.runner}, {row.cell.concurrency} in flight"
        group = "A null task, as the comparison runs it"
        time.append(Dot(title, row.seconds_per_task, row.cell.runner, group=group))
    memory = [
        Dot(cost.name, cost.memory, cost.model, _memory(cost, "kernel"))
        for cost in costs
        if cost.memory and cost.memory.median > 0
    ]
    pictures = [
        Dots("Time", "Log scale: each gridline costs several times more.", Axis("time for one", "s"), time)
    ]
    if memory:
        see = "Memory each needs while waiting, without what the kernel holds for it."
        pictures.append(Dots("Memory", see, Axis("memory of one (Pss)", "bytes"), memory))
    return pictures
