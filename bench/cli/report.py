"""``python -m bench report RUN``: make the HTML again."""

from __future__ import annotations

import click


@click.argument("run", default="reports/latest")
@click.option("--open", is_flag=True, help="Show it in the browser.")
def command(run: str, open: bool) -> None:
    import webbrowser
    from pathlib import Path

    from bench.cli.output import make_console
    from bench.core.sanitize import LONGEST_TEXT, one_line
    from bench.execution.signals import interrupts_wait
    from bench.findings.collect import collect
    from bench.report.files import write_files
    from bench.report.terminal.summary import print_run
    from bench.storage.run_folder import load_run

    console = make_console()
    saved = load_run(Path(run))
    findings = collect(saved)
    print_run(findings, console)
    with interrupts_wait():
        path = write_files(findings, Path(saved.folder))
    shown = one_line(str(path), LONGEST_TEXT)
    console.print(f"\nReport: {shown}", soft_wrap=True, highlight=False, markup=False)
    if open:
        webbrowser.open(path.resolve().as_uri())
