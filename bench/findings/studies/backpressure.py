"""Back-pressure: the cost of processing many items, with and without a bound on how many exist at once."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.curves import by_block, points
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Column, Lines, Series, figure, name, table
from bench.findings.text.figures import binary, caveat, duration, significant
from bench.planning.studies.backpressure import BUFFERED, WAYS

FIGURES = ("rate", "first_s", "held", "running")


@dataclass(frozen=True)
class Load:
    """A number of items processed in one way, over the blocks."""

    way: str
    items: int
    figures: dict[str, Estimate]
    memory: Estimate | None  # outside Linux

    @property
    def takes(self) -> str:
        """Memory and time of the first result, in words."""
        first = f"first result after {duration(self.figures['first_s'].median)}"
        return f"{binary(self.memory.median)}, {first}" if self.memory else first

    @property
    def known(self) -> list[Estimate]:
        return [*filter(None, (self.figures["first_s"], self.memory))]


COLUMNS: Sequence[Column[Load]] = (
    name("By", lambda load: load.way),
    Column("Items", lambda load: f"{load.items:,}", gist=True),
    figure("Items/s", lambda load: load.figures["rate"], significant, gist=True),
    figure("First result", lambda load: load.figures["first_s"], duration, gist=True),
    figure("Memory", lambda load: load.memory, binary, gist=True),
    figure("Held", lambda load: load.figures["held"], "{:,.0f}".format, gist=True),
    figure("In flight", lambda load: load.figures["running"], "{:,.0f}".format),
    Column("Blocks", lambda load: str(load.figures["rate"].n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("backpressure")
    found = loads(rows) if len(rows) else []
    if not found:
        return None
    said = [_compared(found, "gather", ("gather + semaphore", "TaskGroup + semaphore", "queue + workers"))]
    said += [_compared(found, "Executor.map", (BUFFERED,)), _rates(found)]
    pictures = [
        _picture(found, "Memory", "memory", Axis("memory", "bytes")),
        _picture(found, "The first result", "first_s", Axis("first result after", "s")),
    ]
    drawn = [each for each in pictures if each.series]
    return Answer([each for each in said if each], drawn, table(COLUMNS, found))


def loads(rows: pd.DataFrame) -> list[Load]:
    """Every way and number of items that was measured."""
    found = []
    for way in WAYS:
        seen = rows[rows["way"] == way]
        known = {each: dict(points(by_block(seen, "items", each))) for each in (*FIGURES, "memory")}
        for items in sorted(set.intersection(*(set(known[each]) for each in FIGURES))):
            figures = {each: known[each][items] for each in FIGURES}
            found.append(Load(way, round(items), figures, known["memory"].get(items)))
    return found


def most(found: Sequence[Load]) -> dict[str, Load]:
    """The ways at the same number of items: the largest of those that the most ways have."""
    counts = Counter(load.items for load in found)
    items = max(counts, key=lambda each: (counts[each], each), default=0)
    return {load.way: load for load in found if load.items == items}


def _compared(found: Sequence[Load], plain: str, others: Sequence[str]) -> str:
    """A way that takes all items at once, beside those that may not."""
    by_way = most(found)
    if plain not in by_way:
        return ""
    first = by_way[plain]
    beside = [by_way[way] for way in others if way in by_way]
    told = "; ".join(f"with {each.way}: {each.takes}" for each in (first, *beside))
    return f"{first.items:,} items {told}{caveat([v for each in (first, *beside) for v in each.known])}."


def _rates(found: Sequence[Load]) -> str:
    last = list(most(found).values())
    rates = [load.figures["rate"] for load in last]
    told = ", ".join(f"{load.way} {significant(load.figures['rate'].median)}" for load in last)
    return f"Items/s with {last[-1].items:,}: {told}{caveat(rates)}."


def _picture(found: Sequence[Load], title: str, what: str, y: Axis) -> Lines:
    series = []
    for way, model in WAYS.items():
        known = [
            (float(load.items), load.memory if what == "memory" else load.figures[what])
            for load in found
            if load.way == way
        ]
        line = [(items, value) for items, value in known if value is not None]
        if line:
            series.append(Series(way, line, model))
    return Lines(
        title=title,
        see="Rising: all items are taken at once. Flat: they are taken as needed.",
        x=Axis("items", "count"),
        y=y,
        series=series,
    )
