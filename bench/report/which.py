"""Which run it is that a command reads, in a line."""

from bench.core.run import Run
from bench.core.sanitize import LONGEST_TEXT, one_line


def which(run: Run) -> str:
    """Its folder, when it began, and the command that measured it."""
    began = run.plan.created[:16].replace("T", " ")
    return one_line(f"{run.folder}  {began} UTC  {run.plan.command}", LONGEST_TEXT)
