"""What the comparison of two runs says, in words."""

from __future__ import annotations

from collections.abc import Sequence

from bench.analysis.compare import UNSEEN, RunsCompared
from bench.analysis.compare_speed import UNKNOWN_SPEED
from bench.analysis.compared import ORDER, Comparison
from bench.analysis.same import Difference
from bench.analysis.statistics import LEVEL, Estimate, Verdict
from bench.core.sanitize import one_line
from bench.findings.text.figures import counted, percent, ratio, reach

MOST_NAMED = 3  # cells in a sentence


def headline(compared: Comparison) -> str:
    """What came of it: "Of 36 cells, 1 is slower and none is faster in B; 29 unresolved, 6 equivalent." """
    counts = [(verdict, len(compared.having(verdict))) for verdict in ORDER]
    others = ", ".join(f"{count} {verdict}" for verdict, count in counts[2:] if count)
    if not any(count for _, count in counts[:2]):
        return (
            f"Of {counted(len(compared.cells), 'cell')}, none is shown to be slower or faster in B: {others}."
        )
    changed = " and ".join(
        f"{count or 'none'} {'are' if count > 1 else 'is'} {verdict}" for verdict, count in counts[:2]
    )
    said = f"Of {counted(len(compared.cells), 'cell')}, {changed} in B"
    return f"{said}; {others}." if others else f"{said}."


def how(compared: RunsCompared) -> list[str]:
    """How it was decided, in two sentences."""
    blocks = " and ".join(map(str, compared.blocks))
    floors = " and ".join(percent(round(floor, 3)) for floor in compared.floors)
    return [
        f"B / A is the ratio of seconds per task; its interval is that of two independent samples of blocks"
        f" ({blocks}) at {percent_of(compared.level)}{so_that_all_hold(compared)}, made wider by what cells"
        f" measured twice in a run differed by ({floors} at most) and by {percent(UNSEEN)} for what no run"
        " can see of another.",
        _speed(compared.speed),
    ]


def so_that_all_hold(compared: Comparison) -> str:
    """Why the level of one comparison is what it is."""
    cells = len(compared.cells)
    return f", so that all {cells} hold at {percent(LEVEL)}" if cells > 1 else ""


def _speed(speed: Estimate | None) -> str:
    if speed is None:
        return (
            "Nothing is corrected for the machine's speed, which one Python must have measured in both runs:"
            f" it may have differed by {percent(UNKNOWN_SPEED)}, and the intervals of what computes, and of"
            " the computing in what waits, reach farther by that."
        )
    return (
        f"Block by block, times are corrected for the machine's speed, which was in B"
        f" {ratio(speed.median)} of that in A ({reach(speed, ratio)}): what computes wholly, what waits for"
        " no more than its CPU time, what used several cores for the speed of all of them, too."
    )


def percent_of(level: float) -> str:
    """A level with the digits that it needs: "95 %", "99.86 %"."""
    return f"{100 * level:.5g} %"


def indicative(compared: Comparison, what: str) -> list[str]:
    """That there are too few blocks, if so. ``what``: there must be of them, "blocks in each run"."""
    if not compared.having(Verdict.INDICATIVE):
        return []
    return [
        f"Indicative: so few blocks cannot give {percent_of(compared.level)}; for"
        f" {counted(len(compared.cells), 'cell')} it takes {compared.needed} {what}, for fewer less."
    ]


def cautions(compared: RunsCompared) -> list[str]:
    """What to know of these two runs before quoting a figure."""
    found = indicative(compared, "in each run")
    a, b = (run.plan for run in compared.runs)
    if (a.created, a.seed, a.machine) == (b.created, b.seed, b.machine):
        found.append("A and B are the same run.")
    elif b.created < a.created:
        found.append("B was measured before A: what is called slower was slower then.")
    for name, only in zip("AB", compared.only, strict=True):
        if only:
            found.append(f"Only in {name}: {listed(only)}.")
    return found


def listed(names: Sequence[str]) -> str:
    """ "x, y, z and 4 more"."""
    shown = ", ".join(names[:MOST_NAMED])
    return f"{shown} and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else shown


def gate(compared: Comparison, share: float) -> str:
    """What ``--fail-if-slower`` found."""
    slower = compared.slower_than(share)
    if slower:
        told = listed(
            [f"{cell.name} {ratio(cell.ratio.median)} ({reach(cell.ratio, ratio)})" for cell in slower]
        )
        return f"Slower by more than {percent(share)}: {told}."
    if len(compared.having(Verdict.INDICATIVE)) == len(compared.cells):
        return f"Nothing can be shown to be slower by more than {percent(share)} with so few blocks."
    return f"Nothing is shown to be slower by more than {percent(share)}."


def refusal(found: Sequence[Difference]) -> str:
    """Why two runs cannot be compared; "" where nothing stands against it."""
    void = [each.name for each in found if each.void]
    if not void:
        return ""
    return (
        f"A and B were measured on different machines ({', '.join(void)}): their times say nothing of each"
        " other; measure both on one machine, or add --anyway."
    )


def nothing_in_common(compared: RunsCompared, found: Sequence[Difference]) -> str:
    """Why there is nothing to compare."""
    differ = [
        f"{each.name}: {one_line(each.before)} in A, {one_line(each.after)} in B"
        for each in found
        if each.name.startswith(("parameters", "options", "in flight", "Pythons"))
    ]
    why = f" ({'; '.join(differ[:MOST_NAMED])})" if differ else ""
    return f"A and B have no cell in common{why}: measure B with the command that measured A."
