"""Locks on open files, which the system lifts however a process ends. Standard library only."""

from io import IOBase

try:
    import fcntl
except ImportError:  # Windows, where saved runs are read and nothing is measured
    fcntl = None  # type: ignore[assignment]  # Windows has none


def lock(file: IOBase, *, wait: bool = True) -> None:
    """Lock an open file against other processes that lock it. Closing the file releases it.

    Raises BlockingIOError while another has it, unless ``wait``; OSError where the file system has no locks.
    """
    fcntl.flock(file.fileno(), fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
