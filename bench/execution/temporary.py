"""Folders for temporary files: where they are made, and those that runs left which were killed with their
watchdog."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.core.file_lock import lock
from bench.execution.ending import remove

PREFIX = "bench-"  # of each folder
LOCK = ".bench-lock"  # in it: locked while whoever made it lives
SOCKET_PATH = 103  # bytes: what macOS allows, Linux a few more
INSIDE = len("/bench-cell-12345678/pymp-12345678/listener-12345678")  # of multiprocessing's, in such a folder
SHORT = ("/tmp", "/var/tmp")


def parent_folder() -> str:
    """Where folders for temporary files are made: TMPDIR, or where its path is too long for the sockets that
    multiprocessing opens there, another that can be written."""
    wanted = os.path.abspath(tempfile.gettempdir())
    if len(os.fsencode(wanted)) + INSIDE <= SOCKET_PATH:
        return wanted
    return next((other for other in SHORT if os.access(other, os.W_OK | os.X_OK)), wanted)


@contextmanager
def locked(folder: str) -> Iterator[None]:
    """Keep others from removing a folder as one that a killed run left. The lock has its name once it is
    held, so that nobody finds it free before."""
    unheld = Path(folder, f"{LOCK}-unheld")
    with open(unheld, "w") as file:
        with contextlib.suppress(OSError):  # a file system without locks
            lock(file)
        unheld.rename(Path(folder, LOCK))
        yield


def remove_stale(parent: str) -> None:
    """Remove the folders that runs of this user left in ``parent``, killed together with their watchdog."""
    for path in Path(parent).glob(f"{PREFIX}*/{LOCK}"):
        with contextlib.suppress(OSError):
            if path.stat().st_uid == os.getuid():
                with open(path) as file:
                    lock(file, wait=False)
                    remove(str(path.parent))
