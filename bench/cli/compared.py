"""Prints a comparison, and says whether it fails the gate of ``--fail-if-slower``."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from bench.core.errors import UserError
from bench.planning.options import Options

if TYPE_CHECKING:
    from rich.console import Console

    from bench.report.compared import Shown

SLOWER = 1  # the exit code

fail_if_slower_option = click.option(
    "--fail-if-slower",
    metavar="SHARE",
    help="Exit with 1 if a cell's whole interval is slower by more: 5% or 0.05.",
)


@dataclass(frozen=True)
class Gate:
    """How a comparison is printed and judged."""

    share: float | None = None  # of --fail-if-slower
    markdown: bool = False
    summary: bool = False  # print first what else the run shows of the code as it lies there


def passes(shown: Shown, gate: Gate, console: Console) -> bool:
    """Print it all; whether nothing is slower beyond doubt by more than the gate's share.

    Raises UserError, after printing what there is, where nothing was compared.
    """
    from bench.findings.text.compare import (
        gate as told,  # these load pandas, which nothing measured waits for
    )
    from bench.report.markdown.compare import markdown  # as above
    from bench.report.terminal.compare import print_compared  # as above

    compared = shown.compared
    if gate.markdown:
        text = markdown(shown, gate.share)
        console.print(text, soft_wrap=True, highlight=False, markup=False, emoji=False)
    else:
        print_compared(shown, console)
    if compared is None:
        raise UserError(shown.refused)
    if gate.share is None:
        return True
    if not gate.markdown:
        console.print(f"\n{told(compared, gate.share)}", highlight=False, markup=False)
    return not compared.slower_than(gate.share)


def gate_of(options: Options, fail_if_slower: str | None, *, summary: bool = False) -> Gate | None:
    """The gate of a command that measures; None without ``--against``. Raises UserError."""
    if not options.against and fail_if_slower is not None:
        raise UserError("--fail-if-slower needs something to be slower than: add --against REV.")
    return Gate(share_of(fail_if_slower), summary=summary) if options.against else None


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
