"""The summary at the end of a run, for a terminal of 80 columns."""

from collections.abc import Collection, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.analysis.builds import plain_loop
from bench.analysis.compare_pairs import has_revisions
from bench.analysis.matrix import KINDS
from bench.analysis.statistics import Estimate
from bench.analysis.summary import Row, Summary
from bench.analysis.verdicts import Verdict, ratio_of
from bench.findings.collect import Build, Findings
from bench.findings.text.conditions import environment
from bench.findings.text.figures import counted, duration, times
from bench.findings.text.headline import headline, models, sentences
from bench.findings.text.notes import BRIEF, RULES, notes
from bench.report.compared import of_pairs
from bench.report.signs import key, sign
from bench.report.terminal.compare import print_compared
from bench.report.terminal.ledger import print_claims, print_gist
from bench.report.terminal.study import print_answer, print_findings, print_lanes

SHOWN_LANES = 2  # pictures of who ran when: threads and processes
NAMES_WIDTH, MODEL_WIDTH, BUILD_WIDTH = 35, 15, 14  # columns of a terminal
GROUPS = {"io": "I/O-bound", "mixed": "Mixed", "cpu": "CPU-bound"}


def print_run(findings: Findings, console: Console) -> None:
    """The summary of a run: of two revisions compared, or of its interpreters."""
    run = findings.run
    shown = of_pairs(run, run.plan.threshold) if has_revisions(run) else None
    if shown and shown.compared:
        print_compared(shown, console)
    else:
        print_builds(findings.builds, console)


def print_builds(builds: Sequence[Build], console: Console) -> None:
    """Environment, speed-ups, notes, and what studies and claims found, or the studies in full where they are
    alone; several builds stand side by side. The headline comes last, where it is read first."""
    console.print()
    for name, value in environment([build.summary for build in builds]):
        console.print(f"[dim]{escape(name):<8}[/dim] {escape(value)}", soft_wrap=True)
    console.print()
    first, *others = builds
    told = notes([build.summary for build in builds], BRIEF if others else RULES)
    if first.studies_alone and not others:
        for each in first.answered:
            print_answer(each, console)
        print_notes(told, console)
    else:
        said = sentences(builds)
        for sentence in filter(None, said):
            console.print(escape(sentence))
        if others:
            print_side_by_side([build.summary for build in builds], console)
        else:
            pictures = [picture for each in first.answered for picture in each.answer.pictures[:SHOWN_LANES]]
            print_lanes(pictures, console)
            print_speedups(first.summary, console)
        print_notes(told, console)
        if others:
            print_claims(builds, console, only_different=True)
        else:
            print_findings(first.answered, said, console)
            print_gist(first.judged, first.replies, console)
    console.print()
    for claim in headline(builds):
        console.print(f"[bold]{escape(claim)}[/bold]")
    if told:
        console.print(f"{counted(len(told), 'note')} on these figures above.")


def print_notes(told: Sequence[str], console: Console) -> None:
    """Notes to read before quoting a figure."""
    if told:
        console.print("[bold]Before you quote a figure[/bold]")
    for note in told:
        console.print(f"• {escape(note)}")


def print_speedups(summary: Summary, console: Console) -> None:
    """Workloads down, models across: speed-up with its interval below, and the limit."""
    rows = [row for row in summary.rows if row.info.bound in GROUPS]
    named = models([summary])
    across = max((console.width - NAMES_WIDTH) // MODEL_WIDTH, 1)
    if rows:
        for first in range(0, len(named) or 1, across):
            console.print()
            console.print(speedups(rows, named[first : first + across]))
        more = ["* see the notes"] if any(row.flags for row in rows) else []
        more.append(f"below: {'range over the blocks' if summary.indicative else '95 % interval'}")
        more.append("limit: the most that waiting and computing allow")
        print_key({row.verdict for row in rows}, summary.run.plan.threshold, console, *more)
    if summary.dispatch_s:
        shown = ", ".join(f"{name} {duration(seconds)}" for name, seconds in summary.dispatch_s.items())
        console.print(f"• Overhead, measured with an empty task: {shown}.")


def speedups(rows: Sequence[Row], named: Sequence[str]) -> Table:
    """The part of the table with those models."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("speed-up over sync")
    table.add_column("sync\nms/task", justify="right")
    for model in [*map(escape, named), "limit"]:
        table.add_column(model, justify="right", no_wrap=True)
    for bound, title in GROUPS.items():
        labels = list(dict.fromkeys(row.cell.workload for row in rows if row.info.bound == bound))
        if labels:
            table.add_row(f"[bold]{title}[/bold]")
        for label in labels:
            table.add_row(*line_of([row for row in rows if row.cell.workload == label], named))
    return table


def line_of(rows: Sequence[Row], named: Sequence[str]) -> list[str]:
    """A workload's cells."""
    by_runner = {row.cell.runner: row for row in rows}
    sync = by_runner.get("sync")
    limits = [row.possible for row in rows if row.possible and not row.is_baseline]
    name, client = rows[0].info.name, rows[0].info.client
    return [
        f"  {escape(name)}" + (f"\n    [dim]{escape(client)}[/dim]" if client else ""),
        f"{sync.seconds_per_task.median * 1e3:.3g}" if sync else "",
        *(cell_of(by_runner.get(model)) for model in named),
        times(max(limits)) if limits else "",
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
    across = max((console.width - NAMES_WIDTH + 13) // BUILD_WIDTH, 1)
    for start in range(0, len(builds), across):
        console.print()
        console.print(side_by_side(builds, builds[start : start + across]))
    console.print()
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
    console.print(f"[dim]{'  '.join([*key(verdicts, threshold), *more])}[/dim]\n")
