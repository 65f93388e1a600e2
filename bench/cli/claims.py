"""``python -m bench claims RUN``: what is said of Python's concurrency, and what a run shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from bench.core.errors import UserError

if TYPE_CHECKING:  # it loads pandas
    from bench.analysis.builds import Builds
    from bench.analysis.summary import Summary


@click.argument("run", default="reports/latest")
@click.option(
    "--python",
    multiple=True,
    help="Of a run over several interpreters: only this one; repeat for more.",
)
def command(run: str, python: tuple[str, ...]) -> None:
    from pathlib import Path

    from bench.analysis.builds import build_of, by_build
    from bench.cli.output import make_console
    from bench.findings.collect import findings
    from bench.report.terminal.builds import print_claims
    from bench.report.terminal.ledger import print_ledger, print_replies
    from bench.storage.run_folder import load_run

    console = make_console()
    builds = by_build(load_run(Path(run)))
    chosen = [summary for text in python for summary in of_python(builds, text)]
    if builds.several and not chosen:
        print_claims(builds, console)
        console.print("What decided each: `python -m bench claims --python VERSION`.", markup=False)
        return
    for summary in chosen or builds.summaries:
        if builds.several:
            console.print(f"\nPython {build_of(summary).name}", style="bold", highlight=False)
        found = findings(summary, builds.beside(summary))
        print_ledger(found.judged, console)
        console.print()
        print_replies(found.replies, console)


def of_python(builds: Builds, text: str) -> list[Summary]:
    """The builds that a version or name means. Raises UserError where the run has none."""
    from bench.analysis.builds import build_of
    from bench.environment.discovery import VERSION, fits

    pythons = [(summary, build_of(summary)) for summary in builds.summaries]
    version = VERSION.fullmatch(text)
    chosen = [
        summary
        for summary, python in pythons
        if text in (python.name, python.executable) or (version and fits(python, text))
    ]
    if not chosen:
        measured = ", ".join(builds.names)
        how = f"`python -m bench all --python {text}` measures it"
        raise UserError(f"--python {text}: this run measured {measured}; {how}.")
    return chosen
