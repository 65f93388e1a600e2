"""What must be there before anything is measured: a system for it, a working directory, temporary files."""

import os
import sys
import tempfile
from pathlib import Path

from bench.core.errors import UserError

PROC = Path("/proc/self/stat")


def require_working_directory() -> None:
    """Raise UserError where the working directory has been deleted, or cannot be found."""
    try:
        os.getcwd()
    except OSError:
        raise UserError("The working directory does not exist any more: change to another one.") from None


def require_surroundings() -> None:
    """Raise UserError unless processes can be started, found and ended here."""
    require_system()
    require_working_directory()
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        raise UserError("No folder for temporary files can be written: name one with TMPDIR.") from None


def require_system() -> None:
    """Raise UserError on Windows, and on a Linux without /proc: processes could not be found and ended."""
    if not hasattr(os, "killpg"):
        raise UserError(
            "Windows can read and report saved runs, not measure: it lacks the process groups, signals and"
            " file locks by which a run ends what it started; measure on Linux, macOS or WSL."
        )
    if sys.platform == "linux" and not PROC.exists():
        raise UserError("/proc is not mounted here: measuring needs it (mount -t proc proc /proc).")
