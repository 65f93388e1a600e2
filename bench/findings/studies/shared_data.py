"""Shared data: where threads that share what they work with are slower than threads that do not."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.curves import ByBlock, by_block, ratios
from bench.analysis.statistics import Estimate, estimate_of
from bench.analysis.summary import Summary
from bench.analysis.verdicts import Verdict, place
from bench.core.grouping import grouped
from bench.core.wording import listed
from bench.findings.answer import Answer, Axis, Column, Dot, Dots, estimated, figure, name, table
from bench.findings.text.figures import caveat, duration, extent, measured, ratio, whole
from bench.planning.studies.shared_data import OPERATIONS
from workloads.shared_data import WHOSE

READ = ("object", "list")  # nobody changes them
ENOUGH = 0.85  # effective cores for each thread
WITH_GIL = "A Python without a GIL shows what it costs threads that run side by side: --python 3.14t."


@dataclass(frozen=True)
class Sharing:
    """A structure: speed-ups of threads over a plain loop, and what sharing costs them."""

    structure: str
    own: Estimate | None  # None: not measured, or without its plain loop
    shared: Estimate | None
    cost: Estimate | None  # time with shared data / time with own data, both of threads
    loop_s: float | None

    @property
    def title(self) -> str:
        return f"{self.structure}, only read" if self.structure in READ else self.structure

    @property
    def blocks(self) -> int:
        return min(value.n for value in (self.own, self.shared, self.cost) if value)


COLUMNS: Sequence[Column[Sharing]] = (
    name("Data", lambda case: case.title),
    *estimated("Own", lambda case: case.own, ratio, gist=True),
    *estimated("Shared", lambda case: case.shared, ratio, gist=True),
    *estimated("Sharing costs", lambda case: case.cost, ratio, gist=True, interval_gist=True),
    figure("Task in loop", lambda case: case.loop_s, duration),
    Column("Blocks", lambda case: str(case.blocks), gist=True),
)


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
    return Answer(
        sentences=[sentence for sentence in said if sentence],
        pictures=[_picture(cases)] if any(case.own or case.shared for case in cases) else [],
        table=table(COLUMNS, cases),
        notes=[WITH_GIL] if gil else _few_cores(threads, summary.effective_cores),
    )


def sharing_cost(summary: Summary, structure: str) -> Estimate | None:
    """What sharing a structure costs threads: their time with shared data by that with their own."""
    rows = summary.of("shared-data")
    case = _case(rows, structure) if len(rows) else None
    return case.cost if case else None


def _case(rows: pd.DataFrame, structure: str) -> Sharing | None:
    """None where nothing can be said of it."""

    def seen(runner: str, data: str, column: str) -> ByBlock:
        chosen = (rows["structure"] == structure) & (rows["data"] == data) & (rows["runner"] == runner)
        return by_block(rows[chosen], "concurrency", column)

    own, shared = (_estimate(seen("threading", data, "speedup").values()) for data in ("own", "shared"))
    taken = {data: seen("threading", data, "seconds_per_task") for data in WHOSE}
    cost = _estimate(ratios(taken["shared"], taken["own"]))
    loop = _estimate(seen("sync", "own", "seconds_per_task").values())
    if not (own or shared or cost):
        return None
    return Sharing(structure, own, shared, cost, loop.median if loop else None)


def _estimate(blocks: Iterable[Mapping[float, float]]) -> Estimate | None:
    return estimate_of(value for block in blocks for value in block.values())


def _speedups(cases: Sequence[Sharing], count: int, gil: bool | None, threshold: float) -> str:
    of = {
        "data of their own": [case.own for case in cases if case.own],
        "shared data": [case.shared for case in cases if case.shared],
    }
    if not any(of.values()):
        return ""
    build = {
        True: f"With the GIL, {count} threads take turns",
        False: f"Without a GIL, {count} threads run side by side",
        None: f"With the GIL on in some cells, {count} threads run",
    }[gil]
    first, *rest = [
        f"with {kind} {extent([each.median for each in values], ratio)}"
        for kind, values in of.items()
        if values
    ]
    said = f"{build}: {', '.join([f'{first} as fast as a plain loop', *rest])}"
    slower = [case for case in cases if case.shared and place(case.shared, threshold) is Verdict.SLOWER]
    if slower:
        said += f"; with {_names(slower)} the loop is faster"
    return f"{said}{caveat(value for values in of.values() for value in values)}."


def _costs(cases: Sequence[Sharing], threshold: float) -> str:
    """What sharing costs, the dearest first."""
    known = [(case, case.cost) for case in cases if case.cost]
    if not known:
        return ""
    found = grouped(known, lambda pair: place(pair[1], threshold))
    parts = []
    if dear := sorted(found.get(Verdict.FASTER, []), key=lambda pair: -pair[1].median):
        (case, cost), *others = dear
        times = [f"{measured(cost)} as long with {_names([case])}"]
        times += [f"{ratio(cost.median)} with {_names([case])}" for case, cost in others]
        parts.append(f"shared, the same work takes {', '.join(times)}")
    if cheap := [pair for pair in known if place(pair[1], threshold) in (Verdict.EQUIVALENT, Verdict.SLOWER)]:
        parts.append(f"sharing costs less than {whole(threshold)} with {_names(case for case, _ in cheap)}")
    if unsure := found.get(Verdict.UNRESOLVED, []):
        which = f"it costs with {_names(case for case, _ in unsure)}" if parts else "sharing costs"
        parts.append(f"what {which} is unresolved")
    said = "; ".join(parts)
    return f"{said[0].upper()}{said[1:]}{caveat(cost for _, cost in known)}."


def _reads(cases: Sequence[Sharing], threshold: float) -> str:
    """That sharing costs those, too, who only read."""
    read = [case for case in cases if case.structure in READ]
    dear = [case for case in read if case.cost and place(case.cost, threshold) is Verdict.FASTER]
    verb = "is" if len(dear) == 1 else "are"
    return (
        f"Sharing costs time even when nothing is written: {_names(dear)} {verb} only read." if dear else ""
    )


def _few_cores(threads: int, cores: Estimate | None) -> list[str]:
    if cores is None or cores.median >= ENOUGH * threads:
        return []
    return [
        f"The machine had {cores.median:.2f} cores for {threads} threads:"
        " threads that take turns on a core pay less for sharing. Measure on an idle machine."
    ]


def _names(cases: Iterable[Sharing]) -> str:
    """ "the counter, the dict and the queue"."""
    return listed([f"the {case.structure}" for case in cases])


def _picture(cases: Sequence[Sharing]) -> Dots:
    return Dots(
        "Speed-up of threads by what they share",
        "Left of 1x, threads together are slower than one alone.",
        Axis("speed-up over a plain loop", "x"),
        [
            Dot(title, value, "threading", group=case.title)
            for case in cases
            for title, value in (("own data", case.own), ("shared data", case.shared))
            if value
        ],
    )
