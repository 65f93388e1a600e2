"""The guard: a process that ends what this one started, however this one ends.

It holds a pipe from its parent. When the pipe closes, be it by ``kill -9``, it kills the process groups
that it was told of and what carries its parent's mark, and removes the folders. ``python -m bench.guard`` is
the guard itself.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import uuid
from types import TracebackType

from bench.strays import end_marked


class Guard:
    """The parent's end of the pipe. ``mark``: what measured processes carry, see ``bench.strays``."""

    def __enter__(self) -> Guard:
        self.mark = uuid.uuid4().hex
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bench.guard", self.mark],
            stdin=subprocess.PIPE,
            start_new_session=True,  # no Ctrl-C meant for the parent
            env={**os.environ, "PYTHONPATH": os.path.dirname(os.path.dirname(__file__))},
        )
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def watch(self, group: int) -> None:
        """End this process group when the parent is gone."""
        self._say(f"group {group}")

    def forget(self, group: int) -> None:
        """The group has ended; its number may be another's soon."""
        self._say(f"ended {group}")

    def watch_folder(self, path: str) -> None:
        """Remove this folder when the parent is gone."""
        self._say(f"folder {path}")

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):  # a guard that was killed guards no more; the run goes on
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()


def main() -> None:
    groups: set[int] = set()
    folders: list[str] = []
    for line in sys.stdin:
        word, _, rest = line.rstrip("\n").partition(" ")
        if word == "group":
            groups.add(int(rest))
        elif word == "ended":
            groups.discard(int(rest))
        elif word == "folder":
            folders.append(rest)
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    end_marked(sys.argv[1])
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
