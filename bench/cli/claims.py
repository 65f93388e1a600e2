"""``python -m bench claims RUN``: what is said of Python's concurrency, and what a run shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bench.core.errors import UserError

if TYPE_CHECKING:  # it loads pandas
    from bench.findings.collect import Build, Findings


@click.argument("run", default="reports/latest")
@click.option(
    "--python",
    multiple=True,
    help="Of a run over several interpreters: only this one; repeat for more.",
)
def command(run: str, python: tuple[str, ...]) -> None:
    from pathlib import Path

    from bench.cli.output import make_console
    from bench.findings.collect import collect
    from bench.report.terminal.ledger import print_claims, print_ledger, print_replies
    from bench.storage.run_folder import load_run

    console = make_console()
    findings = collect(load_run(Path(run)))
    chosen = [build for text in python for build in of_python(findings, text)]
    if findings.several and not chosen:
        print_claims(findings.builds, console)
        console.print("\nWhat decided each: `python -m bench claims --python VERSION`.", markup=False)
        return
    for build in chosen or findings.builds:
        if findings.several:
            console.print(f"\nPython {build.name}", style="bold", highlight=False)
        print_ledger(build.judged, console)
        console.print()
        print_replies(build.replies, console)


def of_python(findings: Findings, text: str) -> list[Build]:
    """The builds that a version or name means. Raises UserError where the run has none."""
    from bench.environment.discovery import VERSION, fits

    version = VERSION.fullmatch(text)
    pythons = [(build, build.summary.python) for build in findings.builds]
    chosen = [
        build
        for build, python in pythons
        if text in (python.name, python.executable) or (version and fits(python, text))
    ]
    if not chosen:
        measured = ", ".join(build.name for build in findings.builds)
        how = f"`python -m bench all --python {text}` measures it"
        raise UserError(f"--python {text}: this run measured {measured}; {how}.")
    return chosen
