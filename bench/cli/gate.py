"""``--fail-if-slower``: the option, and the gate that a comparison must pass."""

from dataclasses import dataclass

import click

from bench.core.errors import UserError
from bench.planning.options import Options
from bench.planning.rules import read_share

fail_if_slower_option = click.option(
    "--fail-if-slower",
    metavar="SHARE",
    help="Exit with code 1 if a cell's whole interval is slower by more than this: 5% or 0.05.",
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
        raise UserError("--fail-if-slower needs a baseline: add --against REV.")
    return Gate(share_of(fail_if_slower), summary=summary, of_run=True) if options.against else None


def share_of(text: str | None) -> float | None:
    """ "5%", "5 %" or "0.05" as a share. Raises UserError."""
    return None if text is None else read_share(text, "--fail-if-slower")
