"""``python -m bench claims RUN``: common claims about Python's concurrency, judged by a run."""

from pathlib import Path

import click

from bench.cli.completion import folders
from bench.cli.json_output import json_option
from bench.cli.output import make_console
from bench.core.errors import UserError
from bench.core.run import Run
from bench.environment.discovery import VERSION, fits
from bench.planning.options import Options
from bench.storage.newest import newest_comparison
from bench.storage.reader import load_run


@click.argument("run", required=False, shell_complete=folders)
@click.option(
    "--python", multiple=True, help="For a run on several interpreters: show only this one; repeat for more."
)
@json_option
def command(run: str | None, python: tuple[str, ...], json: bool) -> None:
    from bench.cli.publish import print_claims_of  # pandas, which --help does not wait for

    saved = load_run(Path(run) if run is not None else newest_comparison(Options().checked().folder))
    chosen = [name for text in python for name in names_of(saved, text)]
    print_claims_of(saved, chosen, make_console(), json=json)


def names_of(run: Run, text: str) -> list[str]:
    """The interpreters that a version or name means. Raises UserError where the run has none."""
    version = VERSION.fullmatch(text)
    pythons = run.plan.interpreters
    chosen = [
        python.name
        for python in pythons
        if text in (python.name, python.executable) or (version and fits(python, text))
    ]
    if not chosen:
        measured = ", ".join(python.name for python in pythons)
        how = f"`python -m bench all --python {text}` measures it"
        raise UserError(f"--python {text}: this run measured {measured}; {how}.")
    return chosen
