"""What a comparison says, in words, whether of two saved runs or of what one run measured side by side."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bench.analysis.compare_pairs import SideBySide
from bench.analysis.compare_runs import UNKNOWN_SPEED, UNSEEN_COMPUTING, UNSEEN_WAITING, TwoRuns
from bench.analysis.comparison import CHANGED, ComparedCell, Comparison
from bench.analysis.statistics import LEVEL, Estimate
from bench.analysis.verdicts import Verdict
from bench.core.wording import listed
from bench.findings.answer import INTERVAL, Column, Table, figure, name, table
from bench.findings.text.differences import MOST_NAMED
from bench.findings.text.figures import counted, duration, interval, measured, percent, ratio

MEASURED = ", as measured"
SPEED, CORRECTED = "Speed", "Speed, corrected"  # of B by A; of saved runs, at the same speed of the machine
UNCORRECTED = SPEED + MEASURED
COLUMNS: Sequence[Column[ComparedCell]] = (
    name("Workload", lambda cell: cell.cell.workload),
    name("Build", lambda cell: cell.python),
    name("Model", lambda cell: cell.runner),
    figure(f"A{MEASURED}", lambda cell: cell.before, duration, gist=True),
    figure(f"B{MEASURED}", lambda cell: cell.after, duration, gist=True),
    figure(UNCORRECTED, lambda cell: cell.before / cell.after, ratio, gist=True),
    figure(SPEED, lambda cell: cell.ratio, ratio, gist=True),
    Column(INTERVAL, lambda cell: interval(cell.ratio), gist=True),
    Column("Verdict", lambda cell: cell.verdict.value),
    Column("Blocks", lambda cell: str(cell.ratio.n)),
)


def headline(compared: Comparison[Any]) -> str:
    """What came of it: "Of 36 cells, 1 is slower and none is faster in B; 29 unresolved, 6 equivalent." """
    counts = {verdict: len(compared.having(verdict)) for verdict in Verdict}
    others = ", ".join(
        f"{count} {verdict}" for verdict, count in counts.items() if count and verdict not in CHANGED
    )
    said = f"Of {counted(len(compared.cells), 'cell')}"
    if not any(counts[verdict] for verdict in CHANGED):
        return f"{said}, none is shown to be slower or faster in B: {others}."
    changed = listed(
        [f"{counts[each] or 'none'} {'are' if counts[each] > 1 else 'is'} {each}" for each in CHANGED]
    )
    return f"{said}, {changed} in B; {others}." if others else f"{said}, {changed} in B."


def table_of(compared: Comparison[Any], cells: Sequence[ComparedCell]) -> Table:
    """Some of the cells: what each took as measured, how fast B is by A, and what that decides. Of saved
    runs, that is corrected for the machine's speed where it is known."""
    builds = any(cell.python for cell in compared.cells)
    corrected = is_corrected(compared)
    left_out = ["Build"] * (not builds) + [UNCORRECTED] * (not corrected)
    titles = {SPEED: CORRECTED} if corrected else {}
    shown = [column for column in COLUMNS if column.title not in left_out]
    return table([replace(each, title=titles.get(each.title, each.title)) for each in shown], cells)


def is_corrected(compared: Comparison[Any]) -> bool:
    """Whether the ratios are corrected for the machine's speed, then and now."""
    return isinstance(compared.how, TwoRuns) and compared.how.speed is not None


def changes(compared: Comparison[Any], most: int) -> list[str]:
    """The cells that changed, or else those that come nearest to it, in a sentence each."""
    return [
        f"{cell.name} runs at {ratio(cell.ratio.median)} the speed in B ({interval(cell.ratio)}):"
        f" {cell.verdict}."
        for cell in (compared.having(*CHANGED) or compared.cells)[:most]
    ]


def how(compared: Comparison[Any]) -> list[str]:
    """How it was decided."""
    cells = len(compared.cells)
    all_hold = f", so that all {cells} hold at {percent(LEVEL)}" if cells > 1 else ""
    level = f"{_level(compared)}{all_hold}"
    if isinstance(compared.how, SideBySide):
        blocks = counted(min((cell.ratio.n for cell in compared.cells), default=0), "block")
        return [
            "Speed is B relative to A, above 1x faster: the ratio of seconds per task in a block, A over"
            " B, in which the two ran one right after the other in random order. Its interval comes from"
            f" Wilcoxon's signed ranks over {blocks} at {level}."
        ]
    runs: TwoRuns = compared.how
    floors = listed([percent(round(floor, 3)) for floor in runs.floors])
    return [
        "Speed is B relative to A, above 1x faster: the ratio of seconds per task, A over B. Its interval is"
        f" that of two independent samples of blocks ({listed([*map(str, runs.blocks)])}) at {level},"
        f" widened by the difference between cells measured twice in a run (up to {floors}) and by variation"
        f" that no single run can see ({percent(UNSEEN_WAITING)} for work that waits,"
        f" {percent(UNSEEN_COMPUTING)} for work that computes).",
        _speed(runs.speed),
    ]


def _speed(speed: Estimate | None) -> str:
    if speed is None:
        return (
            "Nothing is corrected for the machine's speed, since no one Python measured it in both runs:"
            f" it may have differed by {percent(UNKNOWN_SPEED)}, and the intervals of computing work, and of"
            " the computing part of waiting work, are widened by that."
        )
    return (
        f"Speed is corrected once for the machine's speed, which in B was {measured(speed)} of that in"
        " A: fully for work that computes, by its CPU time for work that waits, and for work on several cores"
        " by the speed of all of them. Its interval is widened by that figure's own error and by half of the"
        " difference between the speeds, as another processor does not speed up all code equally. Times are"
        " as measured."
    )


def _level(compared: Comparison[Any]) -> str:
    """With the digits that it needs: "95 %", "99.86 %"."""
    return f"{100 * compared.level:.5g} %"


def cautions(compared: Comparison[Any]) -> list[str]:
    """What to know before quoting a figure."""
    found = []
    together = isinstance(compared.how, SideBySide)
    if compared.having(Verdict.INDICATIVE):
        found.append(
            f"Indicative: so few blocks cannot give {_level(compared)}; for"
            f" {counted(len(compared.cells), 'cell')} it takes {compared.needed}"
            f" {'blocks' if together else 'in each run'}; fewer cells need fewer."
        )
    found += _of_results(compared.how) if together else _of_runs(compared.how)
    for side, only in zip("AB", compared.only, strict=True):
        if only:
            cells = [f"{each.name}{' (failed in the other)' if each.failed else ''}" for each in only]
            found.append(f"Only in {side}: {listed(cells, MOST_NAMED)}.")
    return found


def _of_results(pairs: SideBySide) -> list[str]:
    """Whether B returns what A does."""
    changed, unknown = (
        listed([cell.name for cell in cells], MOST_NAMED) if cells else ""
        for cells in (pairs.changed_results, pairs.unknown_results)
    )
    found = [f"B returns different results from A: {changed}."] if changed else []
    if unknown:
        found.append(
            f"Not checked whether B returns the same results as A: {unknown}."
            " That needs results that are the same in every block, and batches of equal length."
        )
    return found


def _of_runs(compared: TwoRuns) -> list[str]:
    a, b = (run.plan for run in compared.runs)
    if (a.created, a.seed, a.machine) == (b.created, b.seed, b.machine):
        return ["A and B are the same run."]
    return ["B was measured before A, so slower means slower in the earlier run."] * (b.created < a.created)


def gate(compared: Comparison[Any], share: float) -> str:
    """What ``--fail-if-slower`` found."""
    slower = [f"{cell.name} {measured(cell.ratio)}" for cell in compared.slower_than(share)]
    if slower:
        return f"Slower by more than {percent(share)}: {listed(slower, MOST_NAMED)}."
    if len(compared.having(Verdict.INDICATIVE)) == len(compared.cells):
        return f"Nothing can be shown to be slower by more than {percent(share)} with so few blocks."
    return f"Nothing is shown to be slower by more than {percent(share)}."
