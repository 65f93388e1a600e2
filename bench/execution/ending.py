"""Ends processes from outside: groups of them, and those that carry a run's mark; and removes folders.

A resource tracker of multiprocessing is spared until all others are gone: it then removes the semaphores and
the shared memory that these left behind, and ends. A process that was killed between making its first
semaphore and telling its tracker has one that nobody else knows: it is removed here.
"""

import contextlib
import os
import re
import shutil
import signal
import time
from collections.abc import Collection, Iterator
from pathlib import Path

import psutil

MARK = "BENCH_MARK"
"""Variable of a measured process's environment: which run it belongs to. Its children inherit it, even those
that leave its process group, such as a daemon that a task started."""

PATIENCE_S = 5.0  # with processes that are killed, and with folders that they still wrote to
ROUND_S = 0.01  # until none is left: they may start others meanwhile
TRACKER = "multiprocessing.resource_tracker"
SHARED = Path("/dev/shm")  # where Linux has semaphores with a name
MAPPED = re.compile(r" (\w+):(\w+) (\d+) +/dev/shm/sem\.")  # device and inode of one in a process's memory

Inode = tuple[int, int]  # a file system's device, and a file's number there


def end(groups: Collection[int], mark: str = "") -> None:
    """Kill process groups and every process with the mark, and wait a while until they are gone."""
    deadline = time.monotonic() + PATIENCE_S
    held: set[Inode] = set()
    while found := list(living(groups, mark)):
        late = time.monotonic() > deadline
        for process in found:
            with contextlib.suppress(psutil.Error):  # it has ended meanwhile, or is another user's by now
                if late or not is_tracker(process):
                    held |= semaphores(process.pid)
                    process.kill()
        if late:
            break
        time.sleep(ROUND_S)
    for group in groups:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(group, signal.SIGKILL)
    remove_semaphores(held)


def semaphores(pid: int) -> set[Inode]:
    """The semaphores that a process has open (Linux): its memory knows the names under which they were made,
    not those that they have."""
    try:
        found = MAPPED.findall(Path(f"/proc/{pid}/maps").read_text(errors="replace"))
    except OSError:
        return set()
    return {(os.makedev(int(major, 16), int(minor, 16)), int(inode)) for major, minor, inode in found}


def remove_semaphores(held: Collection[Inode]) -> None:
    """Remove those of multiprocessing among them that no tracker has removed."""
    for path in SHARED.glob("sem.mp-*") if held else ():
        with contextlib.suppress(OSError):
            found = path.stat()
            if (found.st_dev, found.st_ino) in held:
                path.unlink()


def living(groups: Collection[int], mark: str = "") -> Iterator[psutil.Process]:
    """The processes of those groups, and those with the mark, as far as this user may see."""
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            ours = os.getpgid(process.pid) in groups or (mark and process.environ().get(MARK) == mark)
            if ours and process.status() != psutil.STATUS_ZOMBIE:
                yield process


def is_tracker(process: psutil.Process) -> bool:
    """Whether it is a resource tracker: a command of multiprocessing's says so, ``python -c 'from ...'``."""
    return any(TRACKER in word for word in process.cmdline())


def remove(folder: str) -> None:
    """Remove a folder, even while processes that were killed a moment ago still write to it."""
    deadline = time.monotonic() + PATIENCE_S
    while os.path.lexists(folder):
        shutil.rmtree(folder, ignore_errors=True)
        if time.monotonic() > deadline:
            return
        if os.path.lexists(folder):
            time.sleep(0.02)
