"""The folder of a measured cell's temporary files. Standard library only."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.core.file_lock import lock

SCRATCH = "BENCH_SCRATCH"
"""Variable of a measured process's environment: a folder for files that must not outlive it. Whoever started
the process removes it, however the process ends."""


@contextmanager
def filled_folder(name: str, fill: Callable[[Path], None]) -> Iterator[Path]:
    """A folder of that name which ``fill`` filled, once for all processes and threads of a cell. Outside of
    a cell each caller has its own, which is removed after the block."""
    scratch = os.environ.get(SCRATCH)
    with nullcontext(scratch) if scratch else TemporaryDirectory(prefix="bench-") as parent:
        folder = Path(parent, name)
        with open(folder.with_suffix(".lock"), "w") as held:  # closing it lets the next one in
            lock(held)
            if not folder.exists():
                folder.mkdir()
                fill(folder)
        yield folder
