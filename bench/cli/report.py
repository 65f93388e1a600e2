"""``python -m bench report RUN``: the summary and the files of a saved run, made again."""

import webbrowser
from pathlib import Path

import click

from bench.cli.output import make_console
from bench.core.sanitize import LONGEST_TEXT, one_line
from bench.execution.signals import interrupts_wait
from bench.storage.reader import load_run


@click.argument("run", default="reports/latest")
@click.option("--open", is_flag=True, help="Show it in the browser.")
def command(run: str, open: bool) -> None:
    from bench.cli.publish import publish  # pandas, which --help does not wait for

    console = make_console()
    saved = load_run(Path(run))
    with interrupts_wait():
        path, _ = publish(saved, console)
    console.out(f"Report: {one_line(str(path), LONGEST_TEXT)}")
    if open:
        webbrowser.open(path.resolve().as_uri())
