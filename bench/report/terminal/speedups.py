"""The tables of speed-ups in the terminal, in parts where it is narrow."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.analysis.builds import plain_loop
from bench.analysis.matrix import KINDS
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Row, Summary
from bench.analysis.verdicts import Verdict, ratio_of
from bench.core.grouping import grouped
from bench.findings.text.figures import duration, times
from bench.findings.text.headline import models
from bench.report.signs import key, sign
from bench.report.terminal.layout import say, say_all, width_of

GROUPS = {"io": "I/O-bound", "mixed": "Mixed", "cpu": "CPU-bound"}
T = TypeVar("T")


def print_speedups(summary: Summary, console: Console, *, overhead: bool = False) -> None:
    """Workloads down, models across: speed-up with its interval below, and the limit. ``overhead``: and what
    an empty task takes, which is all there is where nothing else was measured."""
    rows = [row for row in summary.rows if row.info.bound in GROUPS]
    if rows:
        print_matrix(summary, rows, console)
    if summary.dispatch_s and (overhead or not rows):
        shown = ", ".join(f"{name} {duration(seconds)}" for name, seconds in summary.dispatch_s.items())
        say(console, f"Overhead, measured with an empty task: {shown}.")
        console.print()


def print_matrix(summary: Summary, rows: Sequence[Row], console: Console) -> None:
    """The table, in parts where it must be, and the meaning of its signs."""

    def part(named: Sequence[str], first: bool, last: bool) -> Table:
        return speedups(rows, named, baseline=first, limit=last)

    print_parts(models([summary]), part, console)
    more = ["* see the caveats"] if any(row.flags for row in rows) else []
    more.append(f"lower line: {'range over the blocks' if summary.indicative else '95 % interval'}")
    more.append("limit: the speed-up if the model cost nothing")
    print_key({row.verdict for row in rows}, summary.run.plan.threshold, console, *more)


def print_parts(
    across: Sequence[T], part: Callable[[Sequence[T], bool, bool], Table], console: Console
) -> None:
    """A table in as many parts, below each other, as the width of the terminal needs. ``part`` makes the one
    with those columns, and is told whether it is the first and the last."""
    start = 0
    while start < len(across) or not start:
        stop = max(len(across), 1)
        while True:
            table = part(across[start:stop], start == 0, stop >= len(across))
            if stop <= start + 1 or width_of(table, console) <= console.width:
                break
            stop -= 1
        if start:
            console.print()
        console.print(table)
        start = stop
    console.print()


def speedups(rows: Sequence[Row], named: Sequence[str], *, baseline: bool, limit: bool) -> Table:
    """The part of the table with those models."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("speed-up\nover sync", no_wrap=True)
    if baseline:
        table.add_column("sync\nms/task", justify="right", no_wrap=True)
    for model in [*map(escape, named), *["limit"] * limit]:
        table.add_column(model, justify="right", no_wrap=True, vertical="top")
    of = grouped(rows, lambda row: row.cell.workload)
    for bound, title in GROUPS.items():
        labels = list(dict.fromkeys(row.cell.workload for row in rows if row.info.bound == bound))
        lines = [line_of(of[label], named, baseline=baseline, limit=limit) for label in labels]
        lines = [line for line in lines if any(line[1:])]  # of a part, it may have none
        if lines:
            table.add_row(f"[bold]{title}[/bold]")
        for line in lines:
            table.add_row(*line)
    return table


def line_of(rows: Sequence[Row], named: Sequence[str], *, baseline: bool, limit: bool) -> list[str]:
    """A workload's cells."""
    by_runner = {row.cell.runner: row for row in rows}
    sync = by_runner.get("sync")
    limits = [row.possible for row in rows if row.possible and not row.is_baseline]
    name, client = rows[0].info.name, rows[0].info.client
    return [
        f"  {escape(name)}" + (f"\n    [dim]{escape(client)}[/dim]" if client else ""),
        *[f"{sync.seconds_per_task.median * 1e3:.3g}" if sync else ""] * baseline,
        *(cell_of(by_runner.get(model)) for model in named),
        *[times(max(limits)) if limits else ""] * limit,
    ]


def cell_of(row: Row | None) -> str:
    """A speed-up with its verdict's sign, its interval below."""
    if row is None:
        return ""
    if row.speedup is None:
        return f"{row.seconds_per_task.median * 1e3:.3g} ms"
    return figure(row.speedup, row.verdict, "*" if row.flags else "")


def print_side_by_side(builds: Sequence[Summary], console: Console) -> None:
    """Models down, builds across, a part for each kind of work. Speed-ups are over the same build's plain
    loop; the line of sync compares the loops themselves."""
    print_parts(builds, lambda shown, first, last: side_by_side(builds, shown), console)
    verdicts = {cell.verdict for build in builds for cell in build.matrix.values()}
    print_key(verdicts, builds[0].run.plan.threshold, console)


def side_by_side(builds: Sequence[Summary], shown: Sequence[Summary]) -> Table:
    """The part of the table with those builds."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("speed-up over the\nsame build's sync")
    for build in shown:
        table.add_column(escape(build.python.name), justify="right")
    for kind, title in KINDS.items():
        if not any(row.info.kind == kind for build in builds for row in build.rows):
            continue
        table.add_row(f"[bold]{escape(title)}[/bold]")
        table.add_row(
            f"  sync, vs {escape(builds[0].python.name)}", *(loop(build, builds[0], kind) for build in shown)
        )
        for model in models(builds):
            cells = [build.matrix.get((model, kind)) for build in shown]
            if any(cells):
                figures = (figure(cell.speedup, cell.verdict) if cell else "" for cell in cells)
                table.add_row(f"  {escape(model)}", *figures)
    return table


def loop(build: Summary, first: Summary, kind: str) -> str:
    """Speed of a build's plain loops of a kind, relative to the first build."""
    if build is first:
        return "1.00x"
    value = ratio_of(plain_loop(build, first, kind).values())
    return figure(value) if value else ""


def figure(value: Estimate, verdict: Verdict | None = None, flag: str = "") -> str:
    """A ratio with its verdict's sign, its interval below."""
    digits = 1 if value.median >= 9.95 else 2
    bounds = f"\n[dim]{value.low:.{digits}f}\N{EN DASH}{value.high:.{digits}f}[/dim]" if value.n > 1 else ""
    return f"{sign(verdict).markup} [bold]{times(value.median)}[/bold]{flag}{bounds}".lstrip()


def print_key(verdicts: Collection[Verdict | None], threshold: float, console: Console, *more: str) -> None:
    """The meaning of the signs that occur."""
    say_all(console, [*key(verdicts, threshold), *more], "dim")
    console.print()
