"""The summary at the end of a run: its last lines are read first."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.analysis.compare_pairs import has_revisions
from bench.findings.collect import Build, Findings
from bench.findings.text.conditions import environment
from bench.findings.text.figures import counted
from bench.findings.text.headline import headline, sentences
from bench.findings.text.notes import BRIEF, MISLEADING, RULES, notes
from bench.report.compared import of_pairs
from bench.report.terminal.compare import print_compared
from bench.report.terminal.layout import PROSE_WIDTH, lines_of, say
from bench.report.terminal.ledger import print_claims, print_gist
from bench.report.terminal.speedups import print_side_by_side, print_speedups
from bench.report.terminal.study import print_answer, print_findings, print_lanes

SHOWN_LANES = 2  # pictures of who ran when: threads and processes
VERDICTS = 2  # last sentences of a run: on waiting, and on computing
LAST_LINES = 5  # and the report's path; where a narrow terminal makes them more, caveats are counted before


def print_run(findings: Findings, console: Console, *, verbose: bool = False) -> None:
    """The summary of a run: of two revisions compared, or of its interpreters."""
    run = findings.run
    shown = of_pairs(run, run.plan.threshold) if has_revisions(run) else None
    if shown and shown.compared:
        print_compared(shown, console)
    else:
        print_builds(findings.builds, console, verbose=verbose)


def print_builds(builds: Sequence[Build], console: Console, *, verbose: bool = False) -> None:
    """Environment and speed-ups, or the studies in full where they are alone; several builds stand side by
    side. The last lines are the verdicts and the number of caveats. ``verbose``: above these the caveats, and
    what studies and claims found."""
    console.print()
    print_environment(builds, console)
    first, *others = builds
    summaries = [build.summary for build in builds]
    caveats = notes(summaries, BRIEF if others else RULES)
    said = sentences(builds)
    if first.studies_alone:
        for build in builds:
            for each in build.answered:
                print_answer(each, console, on=build.name if others else "")
    elif others:
        print_side_by_side(summaries, console)
    else:
        print_speedups(first.summary, console, overhead=verbose)
    if verbose:
        print_details(builds, said, caveats, console)
    else:
        print_notes(notes(summaries, MISLEADING), console)
    verdicts = headline(builds)[: None if verbose else VERDICTS]
    where = "above" if verbose else "see the report, or --verbose"
    last = [*verdicts, *[f"{counted(len(caveats), 'caveat')}: {where}."] * bool(caveats)]
    if caveats and not verbose and lines_of(last, console) > LAST_LINES:
        say(console, last.pop())
        console.print()
    for sentence in last:
        say(console, sentence, "bold" if sentence in verdicts else "")


def print_environment(builds: Sequence[Build], console: Console) -> None:
    """What was measured on what."""
    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=8, style="dim")
    grid.add_column(overflow="fold")
    for name, value in environment([build.summary for build in builds]):
        grid.add_row(Text(name), Text(value))
    console.print(grid, width=min(console.width, PROSE_WIDTH))
    console.print()


def print_details(
    builds: Sequence[Build], said: Sequence[str], caveats: Sequence[str], console: Console
) -> None:
    """What stands in the report beside the table: who ran when, the caveats, the answers of studies, of
    questions and of claims."""
    first, *others = builds
    if said and not first.studies_alone:
        for sentence in said:
            say(console, sentence)
        if not others:
            print_lanes([p for each in first.answered for p in each.answer.pictures[:SHOWN_LANES]], console)
        console.print()
    if caveats:
        say(console, "Before you quote a figure", "bold")
    print_notes(caveats, console)
    if first.studies_alone:
        return
    if others:
        print_claims(builds, console, only_different=True)
        console.print()
    else:
        print_findings(first.answered, said, console)
        print_gist(first.judged, first.replies, console)
        console.print()


def print_notes(told: Sequence[str], console: Console) -> None:
    """Notes, and an empty line."""
    for note in told:
        say(console, f"• {note}")
    if told:
        console.print()
