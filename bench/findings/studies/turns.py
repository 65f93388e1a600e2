"""Who ran when: threads that take turns, processes side by side, tasks one after the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.analysis.summary import Summary
from bench.core.cell import Cell
from bench.core.observation import Observation
from bench.findings.answer import Answer, Column, GapKind, Lanes, figure, name, table
from bench.findings.text.figures import duration, percent, whole

TITLES = {
    ("python", "threading"): "Threads that compute in Python",
    ("python", "multiprocessing"): "Processes that compute in Python",
    ("hash", "threading"): "Threads that hash in C, which releases the GIL",
    ("python", "asyncio"): "asyncio tasks that compute in Python",
    ("wait", "threading"): "Threads that wait for I/O",
    ("python", "interpreters"): "Subinterpreters that compute in Python",
}
FIGURES = {"turns", "turn_s", "ran", "queued", "switch_s"}
ONE_AT_A_TIME, AT_ONCE = 0.1, 0.3  # shares of the time in which several ran
QUEUED = 0.05  # of its time: a machine that is busy with something else
ALTERNATING = 3  # turns of each worker, at least


@dataclass(frozen=True)
class Panel:
    """What the workers of a cell did."""

    cell: Cell
    seen: Observation
    one_gil: bool  # its workers share one

    @property
    def work(self) -> str:
        return str(self.cell.spec.params.get("work", "python"))

    @property
    def title(self) -> str:
        return TITLES.get((self.work, self.cell.runner), f"{self.cell.runner}, {self.work}")

    @property
    def workers(self) -> int:
        return len(self.seen.lanes)

    @property
    def takes_turns(self) -> bool:
        """Whether its workers alternated under one GIL: one at a time, each several times."""
        ran = [span for lane in self.seen.lanes for span in zip(lane.ran_from_us, lane.ran_us, strict=True)]
        alternate = len(ran) >= ALTERNATING * self.workers
        return self.work != "wait" and self.one_gil and alternate and overlap(ran) < ONE_AT_A_TIME

    @property
    def in_parallel(self) -> bool:
        """Whether its workers ran, waited, or would have run if there had been a core, at the same time."""
        lanes = self.seen.lanes
        able = [
            *(span for lane in lanes for span in zip(lane.ran_from_us, lane.ran_us, strict=True)),
            *(span for lane in lanes for span in zip(lane.queued_from_us, lane.queued_us, strict=True)),
        ]
        return self.work == "wait" or (not self.takes_turns and overlap(able) >= AT_ONCE)

    @property
    def gap(self) -> str:
        """What a worker did while it did not run."""
        if self.work == "wait":
            return "waiting for I/O"
        return "waiting for the GIL" if self.takes_turns and self.seen.gil else "not running"


def panels(summary: Summary) -> list[Panel]:
    """Those that were measured, in the plan's order."""
    seen = {
        each.key: each for each in summary.run.observations if each.lanes and set(each.figures) >= FIGURES
    }
    cells = (cell for cell in summary.run.plan.cells if cell.study == "turns" and cell.key in seen)
    one = {info.name for info in summary.run.plan.runners if info.shares_process and info.shares_gil}
    return [
        Panel(cell, seen[cell.key], cell.runner in one and seen[cell.key].gil is not False) for cell in cells
    ]


def overlap(spans: Iterable[tuple[int, int]]) -> float:
    """The share of the time covered by spans (start, length) that is covered by several."""
    edges = [edge for start, length in spans for edge in ((start, 1), (start + length, -1))]
    covering, last, some, several = 0, 0, 0, 0
    for moment, step in sorted(edges):
        some += (moment - last) * (covering > 0)
        several += (moment - last) * (covering > 1)
        covering, last = covering + step, moment
    return several / some if some else 0.0


COLUMNS: Sequence[Column[Panel]] = (
    name("Workers", lambda panel: panel.title),
    Column("Number", lambda panel: str(panel.workers), gist=True),
    figure("Each ran", lambda panel: min(panel.seen.figures["ran"], 1.0), percent, gist=True),
    Column("Spans", lambda panel: f"{panel.seen.figures['turns']:.0f}", gist=True),
    figure("Median span", lambda panel: panel.seen.figures["turn_s"], duration, gist=True),
    figure("Waited for a core", lambda panel: panel.seen.figures["queued"], percent),
    figure("Switch interval", lambda panel: panel.seen.figures["switch_s"], duration),
)


def answer(summary: Summary) -> Answer | None:
    """The answer, or None where the run measured nothing of it."""
    found = panels(summary)
    if not found:
        return None
    return Answer(
        sentences=[_threads(found) or f"{found[0].title}: {_see(found[0])}"],
        pictures=[_picture(panel) for panel in found],
        table=table(COLUMNS, found),
    )


def _threads(found: Sequence[Panel]) -> str:
    """Threads that compute in Python: the GIL, or none."""
    panel = next((each for each in found if (each.work, each.cell.runner) == ("python", "threading")), None)
    if panel is None:
        return ""
    figures, who = panel.seen.figures, f"{panel.workers} threads that compute in Python"
    share = f"each ran {whole(min(figures['ran'], 1.0))} of the time"
    if panel.takes_turns:
        turns = f"{figures['turns']:.0f} turns of {duration(figures['turn_s'])}"
        return f"{who} took {turns}: {share}." + " The GIL lets only one run at a time." * bool(
            panel.seen.gil
        )
    queued = f"; the machine was busy, and each waited for a core for {whole(figures['queued'])}"
    beside = "side by side" if panel.in_parallel else "neither in turns nor side by side"
    return f"{who} ran {beside}: {share}{queued * (figures['queued'] >= QUEUED)}."


WORKER = {"threading": "thread", "multiprocessing": "process", "asyncio": "task"}
GAPS: dict[str, GapKind] = {"waiting for I/O": "blocked", "waiting for the GIL": "gil", "not running": "idle"}


def _picture(panel: Panel) -> Lanes:
    lanes, worker = panel.seen.lanes, WORKER.get(panel.cell.runner, "worker")
    return Lanes(
        title=panel.title,
        see=_see(panel),
        rows=[(f"{worker} {number}", lane) for number, lane in enumerate(lanes, 1)],
        until_us=max(lane.ran_from_us[-1] + lane.ran_us[-1] for lane in lanes),
        gap=panel.gap,
        gap_kind=GAPS[panel.gap],
        turn=_usual_turn(panel) if panel.takes_turns else None,
    )


def _see(panel: Panel) -> str:
    figures = panel.seen.figures
    ran = f"each ran {whole(min(figures['ran'], 1.0))} of the time"
    if panel.takes_turns:
        switch = f"the switch interval is {duration(figures['switch_s'])}"
        return f"They take turns of {duration(figures['turn_s'])} ({switch}); {ran}."
    if panel.work == "wait":
        return "All wait at the same time and need the GIL only briefly."
    return f"Side by side: {ran}." if panel.in_parallel else "One after the other, each until it is done."


def _usual_turn(panel: Panel) -> tuple[int, int]:
    """The lane and the number of a turn that is about as long as most, past the beginning. In the uppermost
    lane, above which there is room to say how long it is."""
    usual_us = panel.seen.figures["turn_s"] * 1e6
    turns = panel.seen.lanes[0].ran_us
    inner = range(1, len(turns) - 1) or range(len(turns))
    return 0, min(inner, key=lambda number: abs(turns[number] - usual_us))
