"""``--fail-if-slower``: the option, and the gate that a comparison must pass."""

import math
import re
from dataclasses import dataclass

import click

from bench.core.errors import UserError
from bench.planning.options import Options

fail_if_slower_option = click.option(
    "--fail-if-slower",
    metavar="SHARE",
    help="Exit with 1 if the whole interval of a cell is slower by more than this: 5% or 0.05.",
)


@dataclass(frozen=True)
class Gate:
    """The format of a comparison and the share by which a cell may be slower."""

    share: float | None = None  # of --fail-if-slower
    markdown: bool = False
    summary: bool = False  # print the summary of the working tree first
    of_run: bool = False  # --json prints the run's document, with the comparison in it


def gate_of(options: Options, fail_if_slower: str | None, *, summary: bool = False) -> Gate | None:
    """The gate of a command that measures; None without ``--against``. Raises UserError."""
    if not options.against and fail_if_slower is not None:
        raise UserError("--fail-if-slower needs something to be slower than: add --against REV.")
    return Gate(share_of(fail_if_slower), summary=summary, of_run=True) if options.against else None


def share_of(text: str | None) -> float | None:
    """ "5%", "5 %" or "0.05" as a share. Raises UserError."""
    if text is None:
        return None
    match = re.fullmatch(r"(\d+(?:\.\d*)?|\.\d+)\s*(%?)", text.strip(), re.ASCII)
    share = float(match[1]) / (100 if match[2] else 1) if match else math.nan
    if not match or not math.isfinite(share):
        raise UserError(f"--fail-if-slower {text[:40]!r} is not a share: write it as 5% or 0.05.")
    if share >= 1 and not match[2]:
        raise UserError(
            f"--fail-if-slower {text[:40]!r}: write {text.strip()[:20]}%, or a share such as 0.05."
        )
    return share
