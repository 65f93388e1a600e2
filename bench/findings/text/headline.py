"""What a run says, in words: rules from figures to sentences, the same for the terminal and the report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bench.analysis.matrix import MatrixCell
from bench.analysis.statistics import LEVEL, Estimate, estimate, place
from bench.analysis.summary import Summary
from bench.findings.text.figures import reach, times

CHANGES_NOTHING = 1.2  # a model whose speed-up lies below it gains nothing worth its trouble


@dataclass(frozen=True)
class Tile:
    """A figure to remember."""

    title: str
    runner: str
    figure: str
    interval: str
    note: str


def interval_of(value: Estimate) -> str:
    """An interval with its level, or, where few blocks give none of 95 %, the range it is."""
    if value.n < 2:
        return "1 block"
    bounds = reach(value, times)
    return f"95 % interval {bounds}" if value.level >= LEVEL else f"range of {value.n} blocks {bounds}"


def leaders(cells: Sequence[MatrixCell], threshold: float) -> list[MatrixCell]:
    """The fastest of the models that won, and those of them that the run cannot tell from it: paired block by
    block, at 95 %. Nobody leads where nobody won."""
    winners = [cell for cell in cells if wins(cell)]
    if not winners:
        return []
    best = max(winners, key=lambda cell: cell.speedup.median)
    return [best, *(cell for cell in winners if cell is not best and tied(cell, best, threshold))]


def tied(cell: MatrixCell, best: MatrixCell, threshold: float) -> bool:
    """Whether ``cell`` is not shown to be slower than ``best``."""
    both = [cell.ratios[block] / best.ratios[block] for block in cell.ratios if block in best.ratios]
    return not both or place(estimate(both), threshold) != "slower"


def headline(summary: Summary) -> list[str]:
    """One claim for I/O-bound work and one for CPU-bound Python, as short as they are true."""
    claims = [_io_headline(summary), _cpu_headline(summary)]
    found = [claim for claim in claims if claim]
    if found:
        return found
    if not summary.rows:
        return ["Nothing was measured."]
    if all(row.is_baseline for row in summary.rows):
        return ["Only sync was measured: there is nothing to compare it with."]
    return ["This run has no I/O-bound or CPU-bound comparison with sync."]


def _io_headline(summary: Summary) -> str | None:
    cells = summary.by_runner("io")
    if not cells:
        return None
    winners = [cell for cell in cells if wins(cell)]
    if not winners:
        return "For I/O-bound work, no model was shown to beat a plain loop."
    best = times(winners[0].speedup.median)
    if len(cells) == 1:
        return f"For I/O-bound work, {cells[0].runner} is {best} as fast as a plain loop."
    if len(winners) == len(cells) and winners[-1].speedup.median > 0.75 * winners[0].speedup.median:
        return f"For I/O-bound work, any concurrency wins: up to {best}."
    first = leaders(winners, summary.run.plan.threshold)
    return f"For I/O-bound work, {_names(first)} {_win(first)}: {best}."


def _cpu_headline(summary: Summary) -> str | None:
    cells = summary.by_runner("cpu-python")
    if not cells:
        return None
    winners = [cell for cell in cells if wins(cell)]
    losers = [cell for cell in cells if cell not in winners]
    if not winners:
        return "For CPU-bound Python, no model was shown to beat a plain loop."
    best = times(winners[0].speedup.median)
    if not losers:
        if summary.gil is False and any(cell.runner == "threading" for cell in winners):
            return f"For CPU-bound Python, threads win too without the GIL: up to {best}."
        return f"For CPU-bound Python, {_names(winners)} {_win(winners)}: up to {best}."
    return f"For CPU-bound Python, only {_names(winners)} {_win(winners)}: {best}."


def lead(summary: Summary) -> str:
    """The paragraph under the headline: the figures of every model, in full sentences."""
    sentences = [io_sentence(summary), cpu_sentence(summary), native_sentence(summary)]
    if summary.rows and summary.indicative:
        sentences.append(f"Indicative only: {summary.blocks} blocks cannot give an interval of 95 %.")
    if summary.run.plan.status == "interrupted":
        sentences.append("The run was interrupted: this is what it had measured.")
    return " ".join(sentence for sentence in sentences if sentence)


def io_sentence(summary: Summary) -> str:
    """I/O-bound work in one sentence."""
    cells = summary.by_runner("io")
    if not cells:
        return ""
    shown = ", ".join(f"{cell.runner} {times(cell.speedup.median)}{_clients(cell)}" for cell in cells)
    concurrency = max(row.cell.concurrency for row in summary.rows if row.info.kind == "io")
    limit = max((cell.limit_speedup or 0.0) for cell in cells)
    possible = f" (the most that is possible: {times(limit)})" if limit else ""
    return f"Waiting for I/O, {concurrency} tasks in flight against one after another: {shown}{possible}."


def cpu_sentence(summary: Summary) -> str:
    """CPU-bound Python in one sentence."""
    cells = summary.by_runner("cpu-python")
    if not cells:
        return ""
    shown = ", ".join(f"{cell.runner} {times(cell.speedup.median)}" for cell in cells)
    gil = {True: "With the GIL on", False: "With the GIL off", None: "With the GIL on in some cells"}
    cores = f" ({summary.effective_cores.median:.2f} effective)" if summary.effective_cores else ""
    on = f"computing in Python on {summary.run.plan.machine.cores} cores{cores}"
    return f"{gil[summary.gil]}, {on}: {shown}."


def native_sentence(summary: Summary) -> str:
    """C code that lets go of the GIL in one sentence."""
    cell = summary.matrix.get(("threading", "cpu-native"))
    if cell is None:
        return ""
    return f"C code that lets go of the GIL runs in threads at {times(cell.speedup.median)}."


def tiles(summary: Summary) -> list[Tile]:
    """The fastest for waiting, the fastest for computing, and what to avoid for computing."""
    found = []
    for kind, title in (
        ("io", "Fastest for I/O-bound work"),
        ("cpu-python", "Fastest for CPU-bound Python"),
    ):
        cells = summary.by_runner(kind)
        if cells and wins(cells[0]):
            found.append(_tile(title, cells[0], _company(cells, summary)))
    idle = [cell for cell in summary.by_runner("cpu-python") if not wins(cell)]
    if idle:
        worst = idle[-1]
        one_gil = {info.name for info in summary.run.plan.runners if info.shares_process and info.shares_gil}
        why = ["One thread at a time runs Python"] if summary.gil and worst.runner in one_gil else []
        others = [f"no gain under {_names(idle[:-1])} either"] if idle[:-1] else []
        note = "; ".join([*why, *others]) or f"Measured with {', '.join(worst.workloads)}"
        found.append(_tile("No gain for CPU-bound Python", worst, note[0].upper() + note[1:]))
    return found


def _tile(title: str, cell: MatrixCell, note: str) -> Tile:
    return Tile(title, cell.runner, times(cell.speedup.median), interval_of(cell.speedup), note)


def _company(cells: Sequence[MatrixCell], summary: Summary) -> str:
    """Who else is as fast, or who comes next; and with which clients the best was measured."""
    best, *rest = cells
    equal = [cell for cell in leaders(cells, summary.run.plan.threshold) if cell is not best]
    if equal:
        return f"This run cannot tell it from {_names(equal)}"
    if rest:
        return f"{rest[0].runner} follows at {times(rest[0].speedup.median)}"
    return f"Measured with {', '.join(best.workloads)}"


def wins(cell: MatrixCell) -> bool:
    """Whether a model gained something: beyond doubt, or, where blocks are few, in every block."""
    if cell.verdict == "indicative":
        return cell.speedup.low > CHANGES_NOTHING
    return cell.verdict == "faster" and cell.speedup.median > CHANGES_NOTHING


def _clients(cell: MatrixCell) -> str:
    """The libraries behind a figure: they decide as much as the model does."""
    named = [label.partition("[")[2].rstrip("]") for label in cell.workloads if "[" in label]
    return f" ({', '.join(named)})" if named else ""


def _win(cells: Sequence[MatrixCell]) -> str:
    return "wins" if len(cells) == 1 else "win"


def _names(cells: Sequence[MatrixCell]) -> str:
    names = sorted(cell.runner for cell in cells)
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
