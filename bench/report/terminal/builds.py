"""The summary of a run over several builds, beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bench.analysis.builds import Builds, build_of, plain_loop
from bench.analysis.compare_pairs import has_revisions
from bench.analysis.matrix import KINDS
from bench.analysis.statistics import Estimate, estimate
from bench.analysis.summary import Summary
from bench.findings.collect import Judged, findings
from bench.findings.text.builds import headline, listed, models, sentences
from bench.findings.text.figures import times
from bench.findings.text.notes import cores_notes, environment, fitness_notes, gap_notes, gil_notes
from bench.report.compared import of_pairs
from bench.report.terminal.compare import print_comparison, print_sides
from bench.report.terminal.ledger import SHORT, STYLES
from bench.report.terminal.summary import MARKS, WORDS, print_summary

NAME_WIDTH, BUILD_WIDTH = 22, 14  # columns of a terminal


def print_run(builds: Builds, console: Console) -> None:
    """The summary of a run: of its one interpreter, of several side by side, or of two revisions compared."""
    shown = of_pairs(builds.run, builds.run.plan.threshold) if has_revisions(builds.run) else None
    if shown and shown.compared:
        print_sides(shown.sides, shown.differences, console)
        print_comparison(shown.compared, shown.said, console)
    elif builds.several:
        print_builds(builds, console)
    else:
        print_summary(builds.summaries[0], console)


def print_builds(builds: Builds, console: Console) -> None:
    """Interpreters, what differs, the speed-ups side by side, the claims whose verdicts differ, and what was
    not to be had."""
    console.print()
    shown = dict.fromkeys(pair for summary in builds.summaries for pair in environment(summary))
    for name, value in shown:
        console.print(f"[dim]{escape(name):<8}[/dim] {escape(value)}", highlight=False, soft_wrap=True)
    console.print()
    for claim in headline(builds):
        console.print(f"[bold]{escape(claim)}[/bold]", highlight=False)
    for sentence in sentences(builds):
        console.print(escape(sentence), highlight=False)
    console.print()
    across = max((console.width - NAME_WIDTH) // BUILD_WIDTH, 1)
    for first in range(0, len(builds.summaries), across):
        console.print(table(builds, builds.summaries[first : first + across]))
        console.print()
    seen = {cell.verdict for summary in builds.summaries for cell in summary.matrix.values()}
    words = "  ".join(word for verdict, word in WORDS.items() if verdict in seen)
    console.print(f"[dim]{words}[/dim]\n", highlight=False)
    print_claims(builds, console, only_different=True)
    reference = builds.summaries[0]
    for note in [*fitness_notes(reference), *cores_notes(reference)]:
        console.print(f"• {escape(note)}", highlight=False)
    where: dict[str, list[str]] = {}
    for summary in builds.summaries:
        for note in [*gil_notes(summary), *gap_notes(summary)]:
            where.setdefault(note, []).append(build_of(summary).name)
    for note, names in where.items():
        console.print(f"• {escape(listed(names))}: {escape(note)}", highlight=False)


def table(builds: Builds, shown: Sequence[Summary]) -> Table:
    """Models down, builds across, a part for each kind of work. Speed-ups are over the same build's plain
    loop; the line of sync compares the loops themselves."""
    first = builds.summaries[0]
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    drawn.add_column("speed-up over the\nsame build's sync")
    for summary in shown:
        drawn.add_column(escape(build_of(summary).name), justify="right")
    for kind, title in KINDS.items():
        if not any(row.info.kind == kind for summary in builds.summaries for row in summary.rows):
            continue
        drawn.add_row(f"[bold]{escape(title)}[/bold]")
        loops = [loop(summary, first, kind) for summary in shown]
        drawn.add_row(f"  sync, by {escape(build_of(first).name)}", *loops)
        for model in models(builds):
            cells = [summary.matrix.get((model, kind)) for summary in shown]
            if any(cells):
                drawn.add_row(
                    f"  {escape(model)}",
                    *(figure(cell.speedup, MARKS.get(cell.verdict, "")) if cell else "" for cell in cells),
                )
    return drawn


def loop(summary: Summary, first: Summary, kind: str) -> str:
    """A build's plain loops of a kind, by those of the first build."""
    if summary is first:
        return "1.00x"
    ratios = plain_loop(summary, first, kind)
    return figure(estimate(list(ratios.values()))) if ratios else ""


def figure(value: Estimate, mark: str = "") -> str:
    """A ratio, its interval beneath."""
    digits = 1 if value.median >= 9.95 else 2
    bounds = f"\n[dim]{value.low:.{digits}f} - {value.high:.{digits}f}[/dim]" if value.n > 1 else ""
    return f"{mark} [bold]{times(value.median)}[/bold]{bounds}".lstrip()


def print_claims(builds: Builds, console: Console, *, only_different: bool = False) -> None:
    """The verdict of each claim on each build."""
    judged = ledgers(builds)
    rows = [list(entries) for entries in zip(*judged, strict=True)]
    if only_different:
        rows = [entries for entries in rows if len({each.judgement.verdict for each in entries}) > 1]
    if not rows:
        return
    drawn = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    drawn.add_column("what is said" + (", where builds differ" if only_different else ""), ratio=1)
    for name in builds.names:
        drawn.add_column(escape(name), overflow="fold", max_width=12)
    for entries in rows:
        verdicts = [each.judgement.verdict for each in entries]
        drawn.add_row(
            escape(entries[0].claim.statement),
            *(f"[{STYLES[verdict]}]{SHORT.get(verdict, verdict)}[/]" for verdict in verdicts),
        )
    console.print(drawn)
    console.print()


def ledgers(builds: Builds) -> list[Sequence[Judged]]:
    """The ledger of each build."""
    return [findings(summary, builds.beside(summary)).judged for summary in builds.summaries]
