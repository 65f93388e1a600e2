"""``python -m bench export RUN``: a saved run in another tool's format."""

import sys
from pathlib import Path

import click

from bench.cli.completion import files, folders, one_of
from bench.cli.output import make_console, print_text
from bench.core.errors import UserError
from bench.report.exports import EXPORTS
from bench.report.which import load_named, which
from bench.storage.run_folder import write_whole


@click.argument("run", required=False, shell_complete=folders)
@click.option(
    "--format",
    default="",
    help=f"One of {', '.join(EXPORTS.names(installed=False))}.",
    shell_complete=one_of(EXPORTS.names),
)
@click.option("--out", help="Write to this file instead of standard output.", shell_complete=files)
def command(run: str | None, format: str, out: str | None) -> None:
    if not format:
        raise UserError(f"--format is missing: name one of {', '.join(EXPORTS.names())}.")
    if out == "":
        raise UserError("--out is empty: name a file, or leave it out for standard output.")
    wanted = EXPORTS.get(format)

    from bench.findings.collect import collect  # pandas, which the help and mistakes do not wait for

    saved = load_named(run)
    text = wanted.export(collect(saved))
    make_console(sys.stderr).out(which(saved))
    if out is None:
        print_text(text)
        return
    write(Path(out), text)
    make_console().out(f"{out}: {wanted.opens}")


def write(path: Path, text: str) -> None:
    """The whole file or none. Raises UserError where it cannot be written."""
    try:
        if path.exists() and not path.is_file():  # /dev/stderr, a pipe: not to be replaced by a file
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        else:
            write_whole(path.resolve(), text)  # a link stays one
    except OSError as error:
        raise UserError(f"Cannot write to {path}: {error.strerror}; name another file with --out.") from None
