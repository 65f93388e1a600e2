"""Prints a run or a comparison, and writes its files. It loads pandas: commands import it late."""

from pathlib import Path

from rich.console import Console

from bench.cli.gate import Gate
from bench.core.errors import UserError
from bench.core.run import Run
from bench.findings.collect import collect
from bench.findings.text.compare import gate as gate_sentence
from bench.report.compared import Shown, of_pairs, of_runs
from bench.report.files import write_comparison, write_files
from bench.report.markdown.compare import markdown
from bench.report.terminal.compare import print_compared
from bench.report.terminal.summary import print_builds, print_run


def publish(
    run: Run, console: Console, gate: Gate | None = None, *, verbose: bool = False
) -> tuple[Path, bool]:
    """Print the summary, or the comparison that the ``gate`` judges, and write the files: the report's path,
    and whether the gate lets the run pass. Call it where interrupts wait: the files belong together."""
    findings = collect(run)
    gate = None if run.plan.status == "interrupted" else gate
    if gate is None:
        print_run(findings, console, verbose=verbose)
    elif gate.summary:
        print_builds(findings.builds[-1:], console, verbose=verbose)
    folder = Path(run.folder)
    report = write_files(findings, folder)
    if gate is None:
        return report, True
    return report, print_and_judge(of_pairs(run, run.plan.threshold), gate, console, folder, run.plan.command)


def compare_saved(before: Run, after: Run | None, threshold: float | None, *, anyway: bool) -> Shown:
    """Two saved runs compared, or the builds and revisions of one."""
    if after is None:
        return of_pairs(before, threshold or before.plan.threshold)
    return of_runs(before, after, threshold or 0.05, anyway=anyway)


def print_and_judge(shown: Shown, gate: Gate, console: Console, folder: Path, command: str) -> bool:
    """Print a comparison and write its page into the folder; whether nothing is slower beyond doubt by more
    than the gate's share. ``command``: the one that compared.

    Raises UserError, and prints nothing, where nothing was compared.
    """
    compared = shown.compared
    if compared is None:
        raise UserError(shown.refused)
    if gate.markdown:
        console.out(markdown(shown, gate.share))
    else:
        print_compared(shown, console)
    if gate.share is not None and not gate.markdown:
        console.print(gate_sentence(compared, gate.share), markup=False)
    try:
        said = f"Page: {write_comparison(shown, compared, folder, command)}"
    except UserError as error:  # B's folder may be another's: what came of it holds without a page
        said = str(error)
    if not gate.markdown:
        console.out(said)
    return gate.share is None or not compared.slower_than(gate.share)
