"""``python -m bench report RUN``: make the HTML again."""

from __future__ import annotations

from typing import Annotated

import typer


def command(
    run: Annotated[str, typer.Argument(help="The run's folder.")] = "reports/latest",
    open: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
) -> None:
    """Make a saved run's report and CSV again, and print its summary."""
    import webbrowser
    from pathlib import Path

    from rich.console import Console

    from bench.analysis.summary import summarize
    from bench.report.files import write_files
    from bench.report.terminal import print_summary
    from bench.store import load_run

    console = Console()
    folder = Path(run)
    summary = summarize(load_run(folder))
    path = write_files(summary, folder)
    print_summary(summary, console)
    console.print(f"\nReport: {path}", soft_wrap=True, highlight=False, markup=False)
    if open:
        webbrowser.open(path.resolve().as_uri())
