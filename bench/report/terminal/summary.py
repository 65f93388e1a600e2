"""The summary at the end of a run, for a learner's eyes and 80 columns."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.analysis.summary import Row, Summary
from bench.analysis.where import gil_sentence
from bench.findings.collect import findings
from bench.findings.text.figures import times
from bench.findings.text.headline import cpu_sentence, headline, io_sentence, native_sentence
from bench.findings.text.notes import environment, notes
from bench.report.gist import studies_alone
from bench.report.terminal.ledger import print_gist
from bench.report.terminal.study import print_answer, print_findings

NAMES_WIDTH, MODEL_WIDTH = 35, 15  # columns of a terminal
GROUPS = {"io": "I/O-bound", "mixed": "Mixed", "cpu": "CPU-bound"}
MARKS = {
    "faster": "[green]▲[/green]",
    "slower": "[red]▼[/red]",
    "equivalent": "=",
    "unresolved": "?",
    "indicative": "~",
}
WORDS = {
    "faster": "▲ faster",
    "slower": "▼ slower",
    "equivalent": "= equivalent",
    "unresolved": "? unresolved",
    "indicative": "~ indicative only: too few blocks to decide",
}


def print_summary(summary: Summary, console: Console) -> None:
    """Environment, verdict, table, notes, what the studies found; all of that where they are alone."""
    console.print()
    for name, value in environment(summary):
        console.print(f"[dim]{escape(name):<8}[/dim] {escape(value)}", highlight=False, soft_wrap=True)
    console.print()
    found = findings(summary)
    if studies_alone(summary, found.answered):
        for each in found.answered:
            print_answer(each, console)
        print_notes(summary, console)
    else:
        print_findings(found.answered, print_comparison(summary, console), console)
        print_gist(found.judged, found.replies, console)


def print_comparison(summary: Summary, console: Console) -> list[str]:
    """Verdict, table, notes. Returns the sentences that it said."""
    for claim in headline(summary):
        console.print(f"[bold]{escape(claim)}[/bold]", highlight=False)
    said = [io_sentence(summary), cpu_sentence(summary), native_sentence(summary), gil_sentence(summary)]
    for sentence in filter(None, said):
        console.print(escape(sentence), highlight=False)
    rows = [row for row in summary.rows if row.info.bound in GROUPS]
    if rows:
        console.print()
        models = [runner.name for runner in summary.run.plan.runners if runner.name != "sync"]
        across = max((console.width - NAMES_WIDTH) // MODEL_WIDTH, 1)
        for first in range(0, len(models), across) or [0]:
            if first:
                console.print()
            console.print(comparison(rows, models[first : first + across]))
        print_key(rows, summary, console)
    print_dispatch(summary, console)
    print_notes(summary, console)
    return said


def print_notes(summary: Summary, console: Console) -> None:
    """What to know before quoting a figure."""
    for note in notes(summary):
        console.print(f"• {escape(note)}", highlight=False)


def comparison(rows: list[Row], models: list[str]) -> Table:
    """Workload x model: speed-up with its interval beneath, and the limit."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("speed-up over sync")
    table.add_column("sync\nms/task", justify="right")
    for model in models:
        table.add_column(escape(model), justify="right", no_wrap=True)
    table.add_column("at most", justify="right", no_wrap=True)
    for bound, title in GROUPS.items():
        labels = list(dict.fromkeys(row.cell.workload for row in rows if row.info.bound == bound))
        if labels:
            table.add_row(f"[bold]{title}[/bold]")
        for label in labels:
            table.add_row(*line_of(label, [row for row in rows if row.cell.workload == label], models))
    return table


def line_of(label: str, rows: list[Row], models: list[str]) -> list[str]:
    """A workload's cells."""
    by_runner = {row.cell.runner: row for row in rows}
    sync = by_runner.get("sync")
    limits = [row.limit_speedup for row in rows if row.limit_speedup and not row.is_baseline]
    client = next((row.info.client for row in rows), None)
    name = label.removesuffix(f"[{client}]")
    return [
        f"  {escape(name)}" + (f"\n    [dim]{escape(client)}[/dim]" if client else ""),
        f"{sync.seconds_per_task.median * 1e3:.3g}" if sync else "",
        *(cell_of(by_runner.get(model)) for model in models),
        times(max(limits)) if limits else "",
    ]


def cell_of(row: Row | None) -> str:
    """A speed-up with its verdict's mark, its interval beneath."""
    if row is None:
        return ""
    if row.speedup is None:
        return f"{row.seconds_per_task.median * 1e3:.3g} ms"
    flag = "*" if row.flags else ""
    speedup = row.speedup
    digits = 1 if speedup.median >= 9.95 else 2
    bounds = f"\n[dim]{speedup.low:.{digits}f} - {speedup.high:.{digits}f}[/dim]" if speedup.n > 1 else ""
    return f"{MARKS.get(row.verdict, '')} [bold]{times(speedup.median)}[/bold]{flag}{bounds}"


def print_key(rows: list[Row], summary: Summary, console: Console) -> None:
    """What the marks mean: those that occur."""
    seen = [WORDS[verdict] for verdict in WORDS if any(row.verdict == verdict for row in rows)]
    if any(row.flags for row in rows):
        seen.append("* see the notes")
    interval = "range over the blocks" if summary.indicative else "95 % interval"
    limit = "at most: the limit that waiting and computing set"
    console.print(f"[dim]{'  '.join([*seen, f'beneath: {interval}', limit])}[/dim]\n", highlight=False)


def print_dispatch(summary: Summary, console: Console) -> None:
    """What a task costs before it does anything."""
    if summary.dispatch_s:
        shown = ", ".join(f"{name} {seconds * 1e6:.3g} µs" for name, seconds in summary.dispatch_s.items())
        console.print(f"• A task with no work in it costs: {shown}.", highlight=False)
