"""Starvation: what a neighbour that computes does to I/O in the same process."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from bench.analysis.statistics import Estimate, estimate, estimate_of
from bench.analysis.summary import Summary
from bench.analysis.verdicts import estimate_ratio
from bench.findings.answer import Answer, Axis, Column, Dot, Dots, estimated, figure, name, table
from bench.findings.text.figures import UNKNOWN, caveat, duration, measured, ratio, significant, whole
from bench.planning.studies.starvation import USUAL_MS

KINDS = ("", "thread", "process", "task")  # of neighbours, in the order in which they are shown; "": alone
QUANTITIES = ["neighbours", "switch_interval_ms", "piece_ms"]
SETTINGS = ["runner", "neighbour", *QUANTITIES]
FIGURES = ["block", "n", "latency_sum_s", "p50_s", "p95_s", "late_s", "growth", "rate"]
GROWS = 1.5  # of a queue that is not stable


@dataclass(frozen=True)
class Case:
    """A cell over its blocks, in seconds; ``longer``, ``later`` and ``stalled`` against the one alone."""

    runner: str
    kind: str  # of KINDS
    many: int  # neighbours
    interval_ms: float | None  # the switch interval, where it was set
    piece_ms: float | None  # for how long a task holds the loop
    mean: Estimate
    p50: Estimate | None
    p95: Estimate | None
    late: Estimate  # how late the mean request began
    longer: Estimate | None  # mean latency beyond that alone
    later: Estimate | None  # lateness beyond that alone
    stalled: Estimate | None  # the share of the latency that the neighbours make
    growth: Estimate | None = None  # latency of the later half of the requests by that of the earlier
    under_way: float = 0.0  # requests, on average: their rate times their latency (Little's law)

    @property
    def each(self) -> float | None:
        """Seconds longer for each neighbour."""
        return self.longer.median / self.many if self.longer else None

    @property
    def grows(self) -> bool:
        """Whether later requests took longer, beyond doubt."""
        return self.growth is not None and self.growth.median > GROWS and self.growth.low > 1

    @property
    def stable(self) -> bool:
        """Whether requests were served as fast as they came, so that their latency is that of any number.
        Beside threads they take turns at one GIL: with more than one under way they wait for each other."""
        return not self.grows and not (self.kind == "thread" and self.under_way > 1)


def cases(rows: pd.DataFrame) -> list[Case]:
    """Every cell that was measured, those alone first."""
    known = rows.reindex(columns=[*SETTINGS, *FIGURES])
    neighbour = known["neighbour"].astype(object).fillna("")
    # A file may have anything there.
    known[QUANTITIES] = known[QUANTITIES].apply(pd.to_numeric, errors="coerce")
    known = known.assign(neighbour=neighbour, mean_s=known["latency_sum_s"] / known["n"])
    known = known[(known["mean_s"] > 0) & known["late_s"].notna() & known["neighbour"].isin(KINDS)]
    cells = [seen.set_index("block") for _, seen in known.groupby(SETTINGS, dropna=False)]
    alone = {str(c["runner"].iloc[0]): c for c in cells if not c["neighbour"].iloc[0]}
    return sorted(
        (_case(cell, alone) for cell in cells),
        key=lambda c: (KINDS.index(c.kind), c.runner != "threading", c.many, c.interval_ms or 0),
    )


def _case(cell: pd.DataFrame, alone: dict[str, pd.DataFrame]) -> Case:
    runner, kind, many, interval, piece = cell[SETTINGS].iloc[0]
    mean, late = cell["mean_s"], cell["late_s"]
    other = alone.get(runner, cell[:0]) if kind else cell[:0]
    grown = [float(each) for each in pd.to_numeric(cell["growth"]) if 0 < each < math.inf]
    return Case(
        runner=str(runner),
        kind=str(kind),
        many=(1 if pd.isna(many) else int(many)) if kind else 0,
        interval_ms=None if pd.isna(interval) else float(interval),
        piece_ms=None if pd.isna(piece) else float(piece),
        mean=estimate(list(mean)),
        p50=estimate_of(pd.to_numeric(cell["p50_s"])),
        p95=estimate_of(pd.to_numeric(cell["p95_s"])),
        late=estimate(list(late)),
        longer=estimate_of(mean - other["mean_s"]),
        later=estimate_of(late - other["late_s"]),
        stalled=estimate_of(1 - other["mean_s"] / mean),
        growth=estimate_ratio(grown) if grown else None,
        under_way=float((cell["rate"] * mean).median()) if cell["rate"].notna().any() else 0.0,
    )


NUMBERS = ("no", "one", "two", "three", "four")
NO_LONGER = "no longer (within noise)"
GROUPS = {
    "thread": "threading, beside threads that compute",
    "process": "threading, beside a process that computes",
    "task": "asyncio, beside a task that computes on its loop",
}
ALONE = {"threading": "thread", "asyncio": "task"}  # the group that the cell alone opens


def _neighbours(case: Case) -> str:
    """ "1 thread", "2 threads", "1 process", "alone"."""
    plural = "processes" if case.kind == "process" else f"{case.kind}s"
    return f"{case.many} {case.kind if case.many == 1 else plural}" if case.kind else "alone"


def _switching(case: Case) -> str:
    return f"{case.interval_ms:g} ms" if case.interval_ms else UNKNOWN


COLUMNS: Sequence[Column[Case]] = (
    name("Model", lambda case: case.runner),
    name("Beside it", _neighbours),
    Column("Switching", _switching, gist=True),
    figure("Mean", lambda case: case.mean, duration),
    figure("p50", lambda case: case.p50, duration, gist=True),
    figure("p95", lambda case: case.p95, duration, gist=True),
    figure("Starts late", lambda case: case.late, duration),
    *estimated("Longer", lambda case: case.longer, duration, gist=True),
    figure("Each", lambda case: case.each, duration),
    Column("Stalled", lambda c: whole(max(c.stalled.median, 0)) if c.stalled else UNKNOWN, gist=True),
    figure("Growth", lambda case: case.growth, ratio),
    Column("Blocks", lambda case: str(case.mean.n)),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    rows = summary.of("starvation")
    found = cases(rows)
    if not found:
        return None
    free = set(rows["gil"].dropna()) == {False}
    stable = [case for case in found if case.stable]
    said = [each for each in (_usual(stable, free=free), _loop(stable), _intervals(stable)) if each]
    notes = [_unstable(case) for case in found if not case.stable]
    return Answer(said or [_plainly(found[0])], [_picture(found)], table(COLUMNS, found), notes)


def _usual(found: Sequence[Case], *, free: bool) -> str:
    """Threads at Python's own switch interval, and a process, as a reader feels them."""
    there = [case for case in found if case.interval_ms == USUAL_MS and case.longer]
    threads = {c.many: c.longer for c in there if c.kind == "thread" and c.longer}
    process = next((case.longer for case in there if case.kind == "process"), None)
    said = []
    if threads:
        start = "Without a GIL, each request waits" if free else "Each request waits"
        said.append(f"{start} {_beside_threads(threads)} (switch interval {USUAL_MS:g} ms)")
    if process:
        place = "beside a process that computes"
        said.append(f"{place}, {_wait(process)}" if said else f"Each request waits {_wait(process)} {place}")
    doubt = caveat([*threads.values(), *([process] if process else [])])
    return f"{'; '.join(said)}{doubt}." if said else ""


def _beside_threads(waits: Mapping[int, Estimate]) -> str:
    """By how many threads there are."""
    names = [NUMBERS[many] if many < len(NUMBERS) else str(many) for many in waits]
    one, more = "thread that computes", "threads that compute"
    if not any(wait.low > 0 for wait in waits.values()):
        return f"{NO_LONGER} beside {' or '.join(names)} {one if list(waits) == [1] else more}"
    parts = [f"{_wait(wait)} beside {each}" for each, wait in zip(names, waits.values(), strict=True)]
    parts[0] += f" {one if next(iter(waits)) == 1 else more}"
    return ", ".join(parts)


def _wait(value: Estimate) -> str:
    return f"{duration(value.median)} longer" if value.low > 0 else NO_LONGER


def _loop(found: Sequence[Case]) -> str:
    """The task on the loop."""
    case = next((case for case in found if case.kind == "task" and case.longer), None)
    if case is None or case.longer is None:
        return ""
    pieces = f" in pieces of {case.piece_ms:g} ms" if case.piece_ms else ""
    said = f"On the loop of {case.runner}, beside a task that computes{pieces}, each request waits"
    said += f" {_wait(case.longer)}"
    if case.longer.low > 0 and case.later and case.later.low > 0:
        said += f", {duration(case.later.median)} of it before it begins"
    return f"{said}{caveat([case.longer])}."


def _intervals(found: Sequence[Case]) -> str:
    """What one thread costs, by switch interval; only where it costs something at two of them."""
    costs = {
        case.interval_ms: case.longer
        for case in found
        if case.kind == "thread" and case.many == 1 and case.interval_ms and case.longer
    }
    parts = [f"{duration(cost.median)} at {ms:g} ms" for ms, cost in costs.items() if cost.low > 0]
    if len(parts) < 2:
        return ""
    said = f"By switch interval, one thread that computes costs each request {', '.join(parts)}"
    return f"{said}{caveat(costs.values())}."


def _unstable(case: Case) -> str:
    """That more requests came than were served, so that the sentences leave the case out."""
    where = _neighbours(case) + (f" at {_switching(case)}" if case.interval_ms else "")
    if case.grows and case.growth:
        why = f"the later half took {measured(case.growth)} as long as the earlier"
    else:
        why = f"{significant(case.under_way, 2)} were in progress at a time and waited for each other"
    return (
        f"{where[0].upper()}{where[1:]}: more requests came than {case.runner} could serve, as {why}. Their"
        " latency grows with their number, so it is left out of the findings."
    )


def _plainly(case: Case) -> str:
    """Where nothing can be compared."""
    where = f"beside {_neighbours(case)}" if case.kind else "alone"
    return f"Under {case.runner}, {where}, a request takes {duration(case.mean.median)}."


def _picture(found: Sequence[Case]) -> Dots:
    dots: dict[str, list[Dot]] = {group: [] for group in GROUPS.values()}
    for case in found:
        kind, runner = case.kind, case.runner
        group = GROUPS.get(kind or ALONE.get(runner, ""))
        if group and case.p50:
            title = _neighbours(case) + (f", {_switching(case)}" if kind == "thread" else "")
            p95 = f"p95 {duration(case.p95.median)}" if case.p95 else ""
            dots[group].append(Dot(title, case.p50, runner, p95, group))
    return Dots(
        "Request latency by what computes beside it",
        "Threads are shown with their switch interval; the dot is the median request.",
        Axis("latency from when it was due", "s"),
        [dot for group in dots.values() for dot in group],
    )
