"""``python -m bench compare A B``: two saved runs; did something get slower?"""

from __future__ import annotations

import math
import re
import sys
from typing import Annotated

import typer

from bench.cli.options import Threshold
from bench.errors import UserError

SLOWER = 1


def command(
    before: Annotated[str, typer.Argument(metavar="A", help="The folder of the run before.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The folder of the run after.")],
    threshold: Threshold = 0.05,
    fail_if_slower: Annotated[
        str | None,
        typer.Option(
            metavar="SHARE", help="Exit with 1 if a cell's whole interval is slower by more: 5% or 0.05."
        ),
    ] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print GitHub's Markdown, for a pull request.")
    ] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Compare runs of different machines all the same.")
    ] = False,
) -> None:
    """Compare two saved runs cell by cell: which are slower in B, allowing for noise and the machine."""
    share = share_of(fail_if_slower)

    from pathlib import Path

    from bench.analysis.compare import compare
    from bench.analysis.compare_words import gate, nothing_in_common, refusal
    from bench.analysis.same import differences
    from bench.cli.output import make_console
    from bench.report.markdown_compare import markdown as as_markdown
    from bench.report.terminal_compare import print_comparison, print_runs
    from bench.store import load_run

    console = make_console()
    runs = load_run(Path(before)), load_run(Path(after))
    found = differences(*runs)
    refused = "" if anyway else refusal(found)
    compared = None if refused else compare(*runs, threshold)
    if compared is not None and not compared.cells:
        refused, compared = nothing_in_common(compared, found), None
    if markdown:
        text = as_markdown(runs, found, compared, share)
        console.print(text, soft_wrap=True, highlight=False, markup=False, emoji=False)
    else:
        print_runs(runs, found, console)
        if compared is not None:
            print_comparison(compared, console)
    if compared is None:
        raise UserError(refused)
    if share is not None:
        if not markdown:
            console.print(f"\n{gate(compared, share)}", highlight=False, markup=False)
        if compared.slower_than(share):
            sys.exit(SLOWER)


def share_of(text: str | None) -> float | None:
    """ "5%", "5 %" or "0.05" as a share. Raises UserError."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(%?)", text.strip(), re.ASCII)
    share = float(match[1]) / (100 if match[2] else 1) if match else math.nan
    if not match or not math.isfinite(share):
        raise UserError(f"--fail-if-slower {text[:40]!r} is no share: write it as 5% or 0.05.")
    if share >= 1 and not match[2]:
        raise UserError(
            f"--fail-if-slower {text[:40]!r}: write {text.strip()[:20]}%, or a share such as 0.05."
        )
    return share
