"""Shared data: where threads that share what they work with are slower than threads that do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.series import ByBlock, by_block, ratios
from bench.analysis.statistics import Estimate, estimate, place
from bench.analysis.summary import Summary
from bench.findings.answer import Answer, Axis, Dot, Dots, Table
from bench.findings.text.caveats import caveat
from bench.findings.text.figures import UNKNOWN, bounds, duration, ratio, reach
from bench.planning.studies.shared_data import OPERATIONS
from workloads.shared_data import WHOSE

READ = ("object", "list")  # nobody changes them
ENOUGH = 0.85  # effective cores for each thread
COLUMNS = (
    "Data",
    "Own",
    "Interval",
    "Shared",
    "Interval",
    "Sharing costs",
    "Interval",
    "Task in loop",
    "Blocks",
)
GLANCE = (0, 1, 3, 5, 6, 8)


@dataclass(frozen=True)
class Case:
    """A structure: speed-ups of threads over a plain loop, and what sharing costs them."""

    structure: str
    own: Estimate | None  # None: not measured, or without its plain loop
    shared: Estimate | None
    cost: Estimate | None  # time with shared data / time with own data, both of threads
    loop_s: float | None
    blocks: int

    @property
    def name(self) -> str:
        return f"{self.structure}, only read" if self.structure in READ else self.structure


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("shared-data")
    if rows.empty or not (rows["runner"] == "threading").any():
        return None
    cases = [case for structure in OPERATIONS if (case := _case(rows, structure))]
    if not cases:
        return None
    gils = set(rows["gil"].dropna())
    gil = bool(gils.pop()) if len(gils) == 1 else None
    threads = int(rows["concurrency"].max())
    threshold = summary.run.plan.threshold
    said = [_speedups(cases, threads, gil, threshold), _costs(cases, threshold)]
    if gil is False:
        said.append(_reads(cases, threshold))
    table = Table(COLUMNS, [_row(case) for case in cases])
    return Answer(
        sentences=[sentence for sentence in said if sentence],
        pictures=[_picture(cases)] if any(case.own or case.shared for case in cases) else [],
        table=table,
        notes=_notes(gil, threads, summary.effective_cores),
        glance=_glance(table),
    )


def cost(summary: Summary, structure: str) -> Estimate | None:
    """What sharing a structure costs threads: their time with shared data by that with their own."""
    rows = summary.of("shared-data")
    case = _case(rows, structure) if len(rows) else None
    return case.cost if case else None


def _case(rows: pd.DataFrame, structure: str) -> Case | None:
    """None where nothing can be said of it."""

    def seen(runner: str, data: str, column: str) -> ByBlock:
        chosen = (rows["structure"] == structure) & (rows["data"] == data) & (rows["runner"] == runner)
        return by_block(rows[chosen], "concurrency", column)

    own, shared = (_estimate(seen("threading", data, "speedup").values()) for data in ("own", "shared"))
    taken = {data: seen("threading", data, "seconds_per_task") for data in WHOSE}
    cost = _estimate(ratios(taken["shared"], taken["own"]))
    known = [value for value in (own, shared, cost) if value]
    loop = _estimate(seen("sync", "own", "seconds_per_task").values())
    if not known:
        return None
    return Case(structure, own, shared, cost, loop.median if loop else None, min(v.n for v in known))


def _estimate(blocks: Iterable[Mapping[float, float]]) -> Estimate | None:
    values = [value for block in blocks for value in block.values()]
    return estimate(values) if values else None


def _speedups(cases: Sequence[Case], count: int, gil: bool | None, threshold: float) -> str:
    owns = [case.own for case in cases if case.own]
    shareds = [case.shared for case in cases if case.shared]
    values = [*owns, *shareds]
    if not values:
        return ""
    threads = f"{count} threads"
    build = {
        True: f"With the GIL, {threads} take turns",
        False: f"Without a GIL, {threads} run side by side",
        None: f"With the GIL on in some cells, {threads} run",
    }[gil]
    spans = [
        f"with {kind} {_span(seen)}"
        for kind, seen in (("data of their own", owns), ("shared data", shareds))
        if seen
    ]
    said = f"{build}: {', '.join([f'{spans[0]} as fast as a plain loop', *spans[1:]])}"
    slower = [case for case in cases if case.shared and place(case.shared, threshold) == "slower"]
    if slower:
        said += f"; with {_names(slower)} the loop is faster"
    return f"{said}{caveat(values)}."


def _costs(cases: Sequence[Case], threshold: float) -> str:
    """What sharing costs, the dearest first."""
    known = [(case, case.cost) for case in cases if case.cost]
    if not known:
        return ""
    dear = [(case, cost) for case, cost in known if place(cost, threshold) == "faster"]
    dear.sort(key=lambda pair: -pair[1].median)
    unsure = [case for case, cost in known if place(cost, threshold) == "unresolved"]
    cheap = [case for case, cost in known if place(cost, threshold) in ("equivalent", "slower")]
    parts = []
    if dear:
        (first, most), *rest = dear
        interval = f" ({reach(most, ratio)})" if most.n > 1 else ""
        longer = [f"{ratio(most.median)} as long with {_names([first])}{interval}"]
        longer += [f"{ratio(cost.median)} with {_names([case])}" for case, cost in rest]
        parts.append(f"shared, the same work takes {', '.join(longer)}")
    if cheap:
        parts.append(f"sharing costs less than {threshold:.0%} with {_names(cheap)}")
    if unsure:
        parts.append(f"what it costs with {_names(unsure)}, this run cannot tell")
    if len(unsure) == len(known):
        parts = ["what sharing costs, this run cannot tell"]
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}{caveat(cost for _, cost in known)}."


def _reads(cases: Sequence[Case], threshold: float) -> str:
    """That sharing costs those, too, who only read."""
    read = [case for case in cases if case.structure in READ]
    dear = [case for case in read if case.cost and place(case.cost, threshold) == "faster"]
    if not dear:
        return ""
    verb = "is" if len(dear) == 1 else "are"
    return f"Sharing costs even where nothing is written: {_names(dear)} {verb} only read."


def _notes(gil: bool | None, threads: int, cores: Estimate | None) -> list[str]:
    if gil:
        return ["What it costs threads that run side by side, a Python without a GIL shows: --python 3.14t."]
    if cores and cores.median < ENOUGH * threads:
        return [
            f"The machine had {cores.median:.2f} cores to give to {threads} threads:"
            " where they take turns at a core, sharing costs less than it would. Measure on an idle machine."
        ]
    return []


def _names(cases: Sequence[Case]) -> str:
    """ "the counter, the dict and the queue"."""
    *before, last = [f"the {case.structure}" for case in cases]
    return f"{', '.join(before)} and {last}" if before else last


def _span(values: Sequence[Estimate]) -> str:
    """ "1.91x to 2.02x": the least and the most of the medians."""
    medians = [value.median for value in values]
    low, high = ratio(min(medians)), ratio(max(medians))
    return low if low == high else f"{low} to {high}"


def _picture(cases: Sequence[Case]) -> Dots:
    return Dots(
        "Speed-up of threads, by what they share",
        "Left of 1x, threads are slower together than one alone.",
        Axis("speed-up over a plain loop", "x"),
        [
            Dot(name, value, "threading", ratio(value.median), case.name)
            for case in cases
            for name, value in (("own data", case.own), ("shared data", case.shared))
            if value
        ],
    )


def _row(case: Case) -> Sequence[str]:
    def figures(value: Estimate | None) -> tuple[str, str]:
        return (ratio(value.median), bounds(value)) if value else (UNKNOWN, UNKNOWN)

    return (
        case.name,
        *figures(case.own),
        *figures(case.shared),
        *figures(case.cost),
        duration(case.loop_s),
        str(case.blocks),
    )


def _glance(table: Table) -> Table:
    """Without the intervals of the speed-ups, and without the loop."""
    rows = [[row[place] for place in GLANCE] for row in table.rows]
    return Table([table.columns[place] for place in GLANCE], rows, table.names)
