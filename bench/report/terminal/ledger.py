"""The ledger of claims and the reader's questions in the terminal."""

from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from bench.core.run import Run
from bench.findings.claim import ClaimVerdict
from bench.findings.collect import Build, Judged, Replied, collect, differ, ledger, tally
from bench.findings.text.figures import UNKNOWN
from bench.report.signs import CLAIM_SIGNS
from bench.report.terminal.layout import PROSE_WIDTH, say
from bench.report.which import which

FEWEST_ANSWERS = 4
VERDICT_WIDTH = 13


def print_judgements(run: Run, chosen: Sequence[str], console: Console) -> None:
    """The claims and the reader's questions on the ``chosen`` builds; without any, the claims of all builds
    side by side, or all there is of a single one."""
    say(console, which(run), "dim")
    findings = collect(run)
    if findings.several and not chosen:
        print_claims(findings.builds, console)
        console.print()
        say(console, "What decided each: `python -m bench claims --python VERSION`.")
        return
    named = {build.name: build for build in findings.builds}
    for build in [named[name] for name in chosen] or findings.builds:
        if findings.several:
            console.print()
            say(console, f"Python {build.name}", "bold")
        print_ledger(build.judged, console)
        console.print()
        print_replies(build.replies, console)


def print_ledger(judged: Sequence[Judged], console: Console) -> None:
    """Each claim: its verdict and the figures that decided it, or the command that measures it."""
    say(console, f"{len(judged)} claims: {tally(judged)}", "bold")
    for each in judged:
        verdict = each.judgement.verdict
        head = Table.grid()
        head.add_column(width=VERDICT_WIDTH)
        head.add_column(overflow="fold")
        statement = Text.assemble((each.claim.statement, "bold"), (f"  [{each.claim.id}]", "dim"))
        head.add_row(Text(verdict, style=CLAIM_SIGNS[verdict].style), statement)
        console.print(head, width=min(console.width, PROSE_WIDTH))
        told = each.judgement.because
        if verdict is ClaimVerdict.NOT_MEASURED:
            told = f"measure it with: {each.claim.measure}"
        say(console, f"{told}.", indent=2)


def print_claims(builds: Sequence[Build], console: Console, *, only_different: bool = False) -> None:
    """The verdict of each claim on each build."""
    rows = [entries for entries in ledger(builds) if differ(entries) or not only_different]
    if not rows:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("claims" + (" on which builds differ" if only_different else ""), ratio=1)
    for build in builds:
        table.add_column(escape(build.name), overflow="fold", max_width=12)
    for entries in rows:
        signs = [CLAIM_SIGNS[each.judgement.verdict] for each in entries]
        words = [each.markup if each.glyph == UNKNOWN else f"[{each.style}]{each.word}[/]" for each in signs]
        table.add_row(escape(entries[0].claim.statement), *words)
    console.print()
    console.print(table)


def print_replies(replied: Sequence[Replied], console: Console) -> None:
    """Each question with its answer and conditions."""
    say(console, "What should I use?", "bold")
    for each in replied:
        say(console, each.question.ask, "bold")
        if each.reply is None:
            say(console, f"Not measured. Measure it with: {each.question.measure}", indent=2)
        else:
            say(console, each.reply.text, indent=2)
            say(console, f"({each.reply.condition})", "dim", indent=2)


def print_gist(judged: Sequence[Judged], replied: Sequence[Replied], console: Console) -> None:
    """The answers that there are, and how the claims fared; nothing of a run of a few cells."""
    told = [(each.question.ask, each.reply.text) for each in replied if each.reply]
    if len(told) < FEWEST_ANSWERS:
        return
    console.print()
    say(console, "What should I use?", "bold")
    for ask, text in told:
        say(console, f"• {ask}")
        say(console, text, indent=2)
    console.print()
    say(
        console,
        f"{len(judged)} claims about concurrency in Python: {tally(judged)}. `python -m bench claims` shows"
        " what decided each, and the conditions of the answers above.",
    )
