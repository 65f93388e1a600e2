"""Prints a run or a comparison, and writes its files. It loads pandas: commands import it late."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bench.cli.gate import Gate
from bench.cli.json_output import print_document
from bench.core.errors import UserError
from bench.core.run import Run
from bench.findings.collect import collect
from bench.findings.text.compare import gate as gate_sentence
from bench.report.compared import Shown, of_pairs, of_runs
from bench.report.documents.comparison import ComparisonDocument, comparison_document
from bench.report.documents.ledger import ledger_document
from bench.report.documents.run import run_document
from bench.report.files import write_comparison, write_files
from bench.report.markdown.compare import markdown
from bench.report.terminal.compare import print_compared
from bench.report.terminal.layout import say
from bench.report.terminal.ledger import print_judgements
from bench.report.terminal.summary import print_builds, print_run


def publish(
    run: Run,
    console: Console,
    gate: Gate | None = None,
    *,
    out: Path | None = None,
    verbose: bool = False,
    json: bool = False,
) -> tuple[Path, bool]:
    """Print the summary, or the comparison that the ``gate`` judges, or with ``json`` their document, and
    write the files, into ``out`` if it is given: the report's path, and whether the gate lets the run pass.
    Call it where interrupts wait: the files belong together."""
    findings = collect(run)
    gate = None if run.plan.status == "interrupted" else gate
    folder = out or Path(run.folder)
    if json and (gate is None or gate.of_run):
        report = write_files(findings, folder, index=out is None)
        compared = compared_document(run, gate) if gate else None
        print_document(run_document(findings, str(report), compared))
        return report, compared is None or compared.passed
    if gate is None:
        print_run(findings, console, verbose=verbose)
    elif gate.summary and not json:
        print_builds(findings.builds[-1:], console, verbose=verbose)
    report = write_files(findings, folder, index=out is None)
    if gate is None:
        return report, True
    shown = of_pairs(run, run.plan.threshold)
    return report, print_and_judge(shown, gate, console, folder, run.plan.command, json=json)


def compared_document(run: Run, gate: Gate) -> ComparisonDocument | None:
    """What a run measured side by side, and whether it passes the gate; None: nothing."""
    shown = of_pairs(run, run.plan.threshold)
    return comparison_document(shown, shown.compared, gate.share) if shown.compared else None


def compare_saved(before: Run, after: Run | None, threshold: float, *, anyway: bool) -> Shown:
    """Two saved runs compared, or the builds and revisions of one."""
    if after is None:
        return of_pairs(before, threshold)
    return of_runs(before, after, threshold, anyway=anyway)


def print_and_judge(
    shown: Shown, gate: Gate, console: Console, folder: Path, command: str, *, json: bool = False
) -> bool:
    """Print a comparison or its document, and write its page into the folder; whether nothing is slower
    beyond doubt by more than the gate's share. ``command``: the one that compared.

    Raises UserError, and prints nothing, where nothing was compared.
    """
    compared = shown.compared
    if compared is None:
        raise UserError(shown.refused)
    if json:
        print_document(comparison_document(shown, compared, gate.share))
    elif gate.markdown:
        console.out(markdown(shown, gate.share))
    else:
        print_compared(shown, console)
    for_people = not (json or gate.markdown)
    if gate.share is not None and for_people:
        say(console, gate_sentence(compared, gate.share))
    try:
        said = f"Page: {write_comparison(shown, compared, folder, command)}"
    except UserError as error:  # B's folder may be another's: what came of it holds without a page
        said = str(error)
    if for_people:
        console.out(said)
    return gate.share is None or not compared.slower_than(gate.share)


def print_claims_of(run: Run, chosen: Sequence[str], console: Console, *, json: bool) -> None:
    """Print the claims and questions as a run decides them, on the ``chosen`` builds, or their document."""
    if json:
        print_document(ledger_document(run, chosen))
    else:
        print_judgements(run, chosen, console)
