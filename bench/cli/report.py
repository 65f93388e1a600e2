"""``python -m bench report RUN``: the summary and the files of a saved run, made again."""

import webbrowser
from pathlib import Path

import click

from bench.cli.completion import folders
from bench.cli.measuring import published, verbose_option
from bench.cli.output import make_console
from bench.core.errors import UserError
from bench.core.sanitize import LONGEST_TEXT, one_line
from bench.execution.signals import interrupts_wait
from bench.report.terminal.layout import say
from bench.report.which import load_named, which


@click.argument("run", required=False, shell_complete=folders)
@click.option(
    "--out",
    help="Write the files to this folder instead of the run's own, which may be read-only.",
    shell_complete=folders,
)
@click.option("--open", is_flag=True, help="Open it in a browser.")
@verbose_option
def command(run: str | None, out: str | None, open: bool, verbose: bool) -> None:
    if out == "":
        raise UserError("--out is empty: name a folder, or leave it out for the run's own.")
    console = make_console()
    saved = load_named(run)
    say(console, which(saved))
    with interrupts_wait():
        path, _ = published(saved, console, out=Path(out) if out else None, verbose=verbose)
    console.out(f"Report: {one_line(str(path), LONGEST_TEXT)}")
    if open:
        webbrowser.open(path.resolve().as_uri())
