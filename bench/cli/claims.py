"""``python -m bench claims RUN``: what is said of Python's concurrency, and what a run shows."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    run: Annotated[str, typer.Argument(help="The run's folder.")] = "reports/latest",
) -> None:
    """Judge what is said of concurrency in Python by a saved run, and answer questions from it."""
    from pathlib import Path

    from bench.analysis.summary import summarize
    from bench.cli.output import make_console
    from bench.findings import answers, evidence, judged, replies
    from bench.report.terminal_ledger import print_ledger, print_replies
    from bench.store import load_run

    console = make_console()
    summary = summarize(load_run(Path(run)))
    found = evidence(summary, answers(summary))
    print_ledger(judged(found), console)
    console.print()
    print_replies(replies(found), console)
