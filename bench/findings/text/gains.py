"""What each model gained over a plain loop at a kind of work, in a sentence."""

from collections.abc import Sequence

from bench.analysis.matrix import MatrixCell
from bench.analysis.summary import Summary
from bench.core.wording import listed
from bench.findings.text.figures import caveat, counted, extent, times, two_places

WORK = {
    "io": "Waiting",
    "cpu-python": "Computing in Python",
    "cpu-native": "Computing in C that releases the GIL",
}
PLURALS = {"threading": "threads", "multiprocessing": "processes", "interpreters": "subinterpreters"}
ALIKE = 1.15  # of two gains: told as one, from the smaller to the larger


def sentence(summary: Summary, kind: str) -> str:
    """ "Waiting, 16 at once: threads, asyncio and processes each did 15 tasks in the time of one."; "" where
    nothing of the kind was compared."""
    cells = summary.by_runner(kind)
    if not cells:
        return ""
    gainers = [cell for cell in cells if cell.wins]
    idle = [cell for cell in cells if cell.gains_nothing]
    unsure = [cell for cell in cells if cell not in gainers and cell not in idle]
    parts = [
        _idle(summary, kind, idle) if idle else "",
        (_waited(gainers) if kind == "io" else _gained(summary, kind, gainers)) if gainers else "",
        f"undecided: {_list(summary, kind, unsure)}" if unsure else "",
    ]
    few = caveat(cell.speedup for cell in cells)
    in_flight = max(row.cell.concurrency for row in summary.rows if row.info.kind == kind)
    how = f"{in_flight} at once" if kind == "io" else _cores(summary)
    where = f"{WORK[kind]}{', ' if kind == 'io' else ' '}{how}" if kind != "cpu-native" else WORK[kind]
    return f"{where}: {'; '.join(filter(None, parts))}{few}."


def _cores(summary: Summary) -> str:
    """ "on 2 cores", and what the machine gave of them where that was little."""
    cores = summary.effective_cores
    given = f" that delivered {two_places(cores.median)}" if cores and summary.lacks_cores else ""
    return f"on {counted(summary.run.plan.machine.cores, 'core')}{given}"


def who(summary: Summary, kind: str, runner: str) -> str:
    """ "2 threads" where they compute, "threads" where they wait, "asyncio"."""
    plural = PLURALS.get(runner, runner)
    if kind == "io" or runner not in PLURALS:
        return plural
    in_flight = (r.cell.concurrency for r in summary.rows if (r.cell.runner, r.info.kind) == (runner, kind))
    return f"{max(in_flight, default=0)} {plural}"


def _waited(cells: Sequence[MatrixCell]) -> str:
    """How many waits fitted into the time of one."""
    medians = [cell.speedup.median for cell in cells]
    names = [PLURALS.get(cell.runner, cell.runner) for cell in cells]
    if max(medians) > ALIKE * min(medians):
        first, *rest = (f"{name} {median:.0f}" for name, median in zip(names, medians, strict=True))
        done = first.replace(" ", " did ", 1)
        return f"{done} tasks in the time of one, {listed(rest)}"
    many = extent(medians, "{:.0f}".format)
    return f"{listed(names)}{' each' * (len(names) > 1)} did {many} tasks in the time of one"


def _gained(summary: Summary, kind: str, cells: Sequence[MatrixCell]) -> str:
    """ "2 processes gained 1.88x, 2 threads 1.85x"."""
    first, *rest = cells
    said = [f"{who(summary, kind, first.runner)} gained {times(first.speedup.median)}"]
    said += [f"{who(summary, kind, cell.runner)} {times(cell.speedup.median)}" for cell in rest]
    free = kind == "cpu-python" and summary.gil is False and "threading" in {cell.runner for cell in cells}
    return ", ".join(said) + ", as there is no GIL" * free


def _idle(summary: Summary, kind: str, cells: Sequence[MatrixCell]) -> str:
    """ "2 threads (0.98x) and asyncio (0.97x) gained nothing", and why."""
    return f"{_list(summary, kind, cells)} gained nothing{_why_idle(summary, kind, cells)}"


def _why_idle(summary: Summary, kind: str, cells: Sequence[MatrixCell]) -> str:
    """The GIL, if all of them share one; too few cores, if models that do not share it gained nothing too."""
    one_gil = {info.name for info in summary.run.plan.runners if info.shares_process and info.shares_gil}
    if kind == "cpu-python" and summary.gil and all(cell.runner in one_gil for cell in cells):
        return ", because the GIL lets only one run at a time"
    separate = any(cell.runner not in one_gil for cell in cells)
    return (
        ", because the machine provided too few cores"
        if separate and summary.lacks_cores and kind != "io"
        else ""
    )


def _list(summary: Summary, kind: str, cells: Sequence[MatrixCell]) -> str:
    ordered = sorted(cells, key=lambda cell: cell.runner not in PLURALS)
    return listed([f"{who(summary, kind, c.runner)} ({times(c.speedup.median)})" for c in ordered])
