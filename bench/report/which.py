"""Which run it is that a command reads."""

import os
from pathlib import Path

from bench.core.run import Run
from bench.core.sanitize import LONGEST_TEXT, one_line
from bench.planning.options import Options
from bench.storage.reader import load_run
from bench.storage.run_folder import LATEST


def load_named(folder: str | os.PathLike[str] | None) -> Run:
    """The run of that folder; without one, the last where ``out`` says that runs are. Raises UserError."""
    return load_run(Options().checked().folder / LATEST if folder is None else Path(folder))


def which(run: Run) -> str:
    """In a line: its folder, when it began, and the command that measured it."""
    began = run.plan.created[:16].replace("T", " ")
    return one_line(f"{run.folder}  {began} UTC  {run.plan.command}", LONGEST_TEXT)
