"""The command line: the commands put together, and what a user's mistake looks like."""

from __future__ import annotations

import errno
import sys

import typer

from bench.cli import advise, claims, compare, demo, doctor, export, report, run, sweep
from bench.cli import all as all_
from bench.cli import list as list_
from bench.core.errors import UserError
from bench.core.sanitize import one_line

LONGEST_MESSAGE = 1000  # characters
# Files open, room on a disk or in a quota, processes, memory: what no run can do without.
EXHAUSTED = {errno.EMFILE, errno.ENFILE, errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EAGAIN, errno.ENOMEM}

app = typer.Typer(
    name="bench",
    help="Compare Python's concurrency models on your own machine, and see what the GIL costs.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("all")(all_.command)
app.command("run")(run.command)
app.command("sweep")(sweep.command)
app.command("claims")(claims.command)
app.command("advise")(advise.command)
app.command("report")(report.command)
app.command("export")(export.command)
app.command("compare")(compare.command)
app.command("demo")(demo.command)
app.command("list")(list_.command)
app.command("doctor")(doctor.command)


def main() -> None:
    """Run the command; a user's mistake is one sentence and exit code 2."""
    try:
        if sys.platform == "win32":
            raise UserError("Windows is not supported: run it under Linux, macOS or WSL.")
        app(prog_name="python -m bench")
    except UserError as error:
        said = str(error)
    except OSError as error:
        if error.errno not in EXHAUSTED:
            raise
        where = f" ({error.filename})" if error.filename else ""
        said = f"This system has no more to give: {error.strerror}{where}. What was measured is kept."
    else:
        return
    print(f"bench: {one_line(said, LONGEST_MESSAGE)}", file=sys.stderr)
    sys.exit(2)
